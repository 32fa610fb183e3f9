// Disks that fail: real file systems that are full, read-only or closed to this user.

#include "disk_bench.hpp"

#include "support/file_size_limit.hpp"
#include "support/isolation.hpp"
#include "support/memory_folder.hpp"

#include <magic_hour/files_resource.hpp>

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <thread>

#include <sys/mount.h>
#include <unistd.h>

using namespace jobs_test;
namespace reasons = boost::system::errc;

namespace
{

/// Runs `body` with a client whose files are touched by a thread that sees what `body` mounts.
void with_mounts(std::function<void(disk_fixture&, mh::client_options const&)> const& body)
{
    support::in_own_mounts(
        [&]
        {
            disk_fixture f;
            asio::thread_pool disk{1};
            auto options = f.options();
            options.file_executor = disk.get_executor();
            body(f, options);
            disk.join();
        });
}

mh::result<mh::generated<mh::image_project>>
generate(disk_fixture& f, mh::client_options const& options, mh::generate_options how)
{
    mh::session const session{f.io, options};
    auto const request = fixture::picture();
    return f.run(mh::resource<mh::ai_image_generator>{session}.generate(request, mh::as_result, how));
}

std::filesystem::path make_directory(disk_fixture const& f, char const* name)
{
    auto const path = f.dir / name;
    std::filesystem::create_directory(path);
    return path;
}

/// A thread for file calls that counts them.
class counted_thread
{
public:
    counted_thread() = default;
    ~counted_thread() { end(); }
    counted_thread(counted_thread const&) = delete;
    counted_thread& operator=(counted_thread const&) = delete;

    [[nodiscard]] asio::any_io_executor executor() { return io_.get_executor(); }
    /// Ends the thread.
    [[nodiscard]] std::size_t calls()
    {
        end();
        return calls_;
    }

private:
    void end()
    {
        guard_.reset();
        if (thread_.joinable())
            thread_.join();
    }

    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard_{io_.get_executor()};
    std::size_t calls_ = 0;
    std::thread thread_{[this] { calls_ = io_.run(); }};
};

/// What a child process tells about an error: code, errno and id.
std::string in_words(mh::errc code, int reason, std::string const& id)
{
    return std::to_string(static_cast<int>(code)) + ' ' + std::to_string(reason) + ' ' + id;
}

std::string in_words(mh::error const& why)
{
    return in_words(why.code(), why->system.value(), why->project_id);
}

} // namespace

TEST_CASE("F1: a disk that is full at the start or becomes full fails with its reason and the job's id")
{
    // no room for another file; for no whole piece; for a part of what comes
    for (std::string const limits : {"nr_inodes=1", "size=4k", "size=256k"})
    {
        with_mounts(
            [&](disk_fixture& f, mh::client_options const& options)
            {
                CAPTURE(limits);
                auto const small = make_directory(f, "small");
                REQUIRE(::mount("tmpfs", small.c_str(), "tmpfs", 0, limits.c_str()) == 0);
                f.make(mh::testing::synthetic_content(2'000'000));
                f.must_fail_after_the_job(generate(f, options, small), reasons::no_space_on_device);
                CHECK(std::filesystem::is_empty(small));
            });
    }
}

TEST_CASE("F1: a disk that has room again takes the outputs of the job that was paid for")
{
    with_mounts(
        [](disk_fixture& f, mh::client_options const& options)
        {
            auto const small = make_directory(f, "small");
            REQUIRE(::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=256k") == 0);
            f.make(mh::testing::text_content(f.text));
            auto const failed = generate(f, options, small);
            f.must_fail_after_the_job(failed, reasons::no_space_on_device);
            REQUIRE(::mount("tmpfs", small.c_str(), "tmpfs", MS_REMOUNT, "size=4m") == 0);
            mh::session const session{f.io, options};
            auto const saved = f.run(mh::resource<mh::image_projects>{session}.attach(
                failed.error()->project_id, mh::as_result, small));
            REQUIRE(ok(saved));
            CHECK((f.dir.read(saved->files.at(0).path) == f.text));
            CHECK(f.fake.ledger().billable_creates() == 1);
        });
}

TEST_CASE("F2: a read-only file system is found before money is spent")
{
    with_mounts(
        [](disk_fixture& f, mh::client_options const& options)
        {
            auto const fixed = make_directory(f, "fixed");
            REQUIRE(::mount("tmpfs", fixed.c_str(), "tmpfs", MS_RDONLY, "size=4m") == 0);
            f.must_fail_before_the_job(generate(f, options, fixed), reasons::read_only_file_system);
            f.must_fail_before_the_job(generate(f, options, fixed / "new"), reasons::read_only_file_system);
        });
}

TEST_CASE("F2: a file system that turns read-only meanwhile fails with its reason and the job's id")
{
    with_mounts(
        [](disk_fixture& f, mh::client_options const& options)
        {
            auto const disk = make_directory(f, "disk");
            REQUIRE(::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=4m") == 0);
            f.make(mh::testing::text_content(f.text));
            mh::generate_options how{disk};
            int remounted = -1;
            how.on_created(
                [&](mh::job_status const&)
                { remounted = ::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, ""); });
            f.must_fail_after_the_job(generate(f, options, how), reasons::read_only_file_system);
            CHECK(remounted == 0);
            CHECK(std::filesystem::is_empty(disk));
        });
}

TEST_CASE("F2, U9: what this user may not write or read is found before anything is sent")
{
    disk_fixture f;
    std::filesystem::permissions(f.dir.path(), std::filesystem::perms{0755});
    auto const closed = make_directory(f, "closed");
    auto const hidden = f.dir.write("hidden.png", "secret");
    std::filesystem::permissions(closed, std::filesystem::perms{0555});
    std::filesystem::permissions(hidden, std::filesystem::perms{0000});
    auto const make_with =
        [&](mh::ai_image_editor::request const& request, std::filesystem::path const& where)
    {
        return support::without_privileges(
            [&]
            {
                asio::io_context io{1};
                mh::session const session{io, f.options()};
                auto const made = support::run(
                    io, mh::resource<mh::ai_image_editor>{session}.generate(request, mh::as_result, where));
                return made ? std::string{"a file was written"} : in_words(made.error());
            });
    };
    auto const good = f.edit({mh::asset::bytes("x", "png")});
    auto const refused = in_words(mh::errc::file, EACCES, "");
    CHECK(make_with(good, closed) == refused);
    CHECK(make_with(good, closed / "new") == refused);
    CHECK(make_with(f.edit({hidden}), "/tmp") == refused);
    CHECK(f.fake.ledger().requests().empty());
    std::filesystem::permissions(closed, std::filesystem::perms{0755});
}

TEST_CASE("F2: a directory that is closed meanwhile fails with its reason and the job's id")
{
    disk_fixture f;
    f.make(mh::testing::text_content(f.text));
    std::filesystem::permissions(f.dir.path(), std::filesystem::perms{0777});
    auto const said = support::without_privileges(
        [&]
        {
            auto const mine = f.dir / "mine";
            mh::poll_options fast;
            fast.interval = 100ms;
            mh::generate_options how{mine};
            how.poll(fast).on_created([&](mh::job_status const&) { ::chmod(mine.c_str(), 0555); });
            asio::io_context io{1};
            auto options = f.options();
            options.clock = nullptr;
            mh::session const session{io, options};
            auto const request = fixture::picture();
            auto const made = support::run(
                io, mh::resource<mh::ai_image_generator>{session}.generate(request, mh::as_result, how));
            return made ? std::string{"a file was written"} : in_words(made.error());
        });
    REQUIRE(f.fake.jobs().size() == 1);
    CHECK(said == in_words(mh::errc::file, EACCES, f.fake.jobs()[0].id));
    CHECK(f.fake.ledger().billable_creates() == 1);
    CHECK(std::filesystem::is_empty(f.dir / "mine"));
}

TEST_CASE("F4: outputs do not touch a file that exists, and the error knows the job")
{
    disk_fixture f;
    auto const id = f.finished_job();
    auto const file = f.dir.write(id + "-0.mp4", "precious");
    f.must_fail_after_the_job(f.attach(id, f.dir.path()), reasons::file_exists);
    CHECK(f.dir.read(file) == "precious");
    CHECK(f.dir.names() == std::set<std::string>{id + "-0.mp4"});
}

TEST_CASE(
    "F4: who reads a file that is replaced by a download sees the old or the new one, never a part or none")
{
    disk_fixture f;
    auto const id = f.finished_job();
    auto const file = f.dir.write(id + "-0.mp4", std::string(600'000, 'o'));
    std::atomic<bool> stop{false};
    std::atomic<int> wrong{0};
    std::atomic<int> old{0};
    std::thread reader{[&]
                       {
                           while (!stop)
                           {
                               auto const seen = f.dir.read(file);
                               bool const is_old = seen == std::string(600'000, 'o');
                               old += is_old ? 1 : 0;
                               wrong += is_old || seen == f.text ? 0 : 1;
                           }
                       }};
    while (old == 0)
        std::this_thread::yield();
    for (int i = 0; i < 5; ++i)
    {
        // Some arrive in two parts.
        f.fake.on("GET *.mp4").cut_body_at(300'000).after(static_cast<std::size_t>(i % 2)).times(1);
        mh::generate_options how{f.dir.path()};
        CHECK(ok(f.attach(id, how.collision(mh::on_collision::overwrite))));
        f.fake.clear_faults();
    }
    stop = true;
    reader.join();
    CHECK(wrong == 0);
    CHECK((f.dir.read(file) == f.text));
    CHECK(f.dir.names().size() == 1);
}

TEST_CASE("F5: outputs are not written over directories, nor through links, whatever may be overwritten")
{
    for (auto const collision : {mh::on_collision::fail, mh::on_collision::overwrite})
    {
        for (std::string const kind : {"a directory", "a link to a file", "a link to nothing"})
        {
            CAPTURE(kind);
            disk_fixture f;
            auto const id = f.finished_job();
            auto const victim = f.dir.write("victim", "precious");
            auto const out = make_directory(f, "out");
            auto const name = out / (id + "-0.mp4");
            if (kind == "a directory")
                std::filesystem::create_directory(name);
            else
                std::filesystem::create_symlink(
                    kind == "a link to a file" ? victim : f.dir / "nowhere", name);
            mh::generate_options how{out};
            auto const saved = f.attach(id, how.collision(collision));
            REQUIRE(saved.has_error());
            CHECK(saved.error() == mh::errc::file);
            CHECK(saved.error()->project_id == id);
            CHECK(f.dir.read(victim) == "precious");
            CHECK_FALSE(std::filesystem::exists(f.dir / "nowhere"));
            CHECK(std::distance(std::filesystem::directory_iterator{out}, {}) == 1);
            CHECK((kind == "a directory" || std::filesystem::is_symlink(name)));
        }
    }
}

TEST_CASE("F6: an output whose name would be as long as a name can be is saved, extension and all")
{
    disk_fixture f;
    auto const id = f.finished_job();
    mh::generate_options how{f.dir.path()};
    auto const saved = f.attach(id, how.name_template(std::string(251, 'n') + "{ext}"));
    REQUIRE(ok(saved));
    auto const& file = saved->files.at(0).path;
    CHECK(f.dir.names() == std::set<std::string>{file.filename().string()});
    CHECK(file.filename().string().size() > 200);
    CHECK(file.extension() == ".mp4");
    CHECK((f.dir.read(file) == f.text));
}

TEST_CASE("F9: an output that may not become so large fails with its reason and the job's id")
{
    disk_fixture f;
    f.make(mh::testing::text_content(f.text));
    mh::result<mh::generated<mh::image_project>> const made = [&]
    {
        support::file_size_limit const limit{100'000};
        return f.generate(f.dir / "out");
    }();
    f.must_fail_after_the_job(made, reasons::file_too_large);
    CHECK(std::filesystem::is_empty(f.dir / "out"));
    CHECK(ok(f.attach(made.error()->project_id, f.dir / "out")));
}

TEST_CASE("F9: outputs get the access mode that the umask leaves, and a file that is replaced keeps its own")
{
    disk_fixture f;
    auto const id = f.finished_job();
    for (auto const mask : {077U, 022U})
    {
        auto const before = ::umask(mask);
        auto const saved = f.attach(id, f.dir / std::to_string(mask));
        ::umask(before);
        REQUIRE(ok(saved));
        CHECK(mode_of(saved->files.at(0).path) == (0666U & ~mask));
    }
    auto const mine = f.dir.write(id + "-0.mp4", "old");
    std::filesystem::permissions(mine, std::filesystem::perms{0600});
    mh::generate_options how{f.dir.path()};
    REQUIRE(ok(f.attach(id, how.collision(mh::on_collision::overwrite))));
    CHECK((f.dir.read(mine) == f.text));
    CHECK(mode_of(mine) == 0600);
}

TEST_CASE("a client that is given an executor for files uses no file elsewhere, not even those in memory")
{
    auto const memory = support::memory_folder();
    if (!memory)
    {
        MESSAGE("skipped: there is no memory file system");
        return;
    }
    constexpr std::size_t pieces = 6;
    std::string const content = pattern(pieces * mh::jobs::file_writer::piece);
    disk_fixture f;
    counted_thread files;
    auto options = f.options();
    options.file_executor = files.executor();

    SUBCASE("written")
    {
        f.make(mh::testing::text_content(content));
        auto const made = generate(f, options, *memory / "out");
        REQUIRE(ok(made));
        CHECK((memory->read(made->files.at(0).path) == content));
        CHECK(files.calls() >= 2 + pieces); // the file is opened, written and finished
    }
    SUBCASE("read")
    {
        auto const file = memory->write("in.png", content);
        mh::session const session{f.io, options};
        auto const stored = f.run(mh::files_resource{session}.upload_file(file, mh::as_result));
        REQUIRE(ok(stored));
        CHECK(f.fake.upload(*stored)->size == content.size());
        CHECK(files.calls() >= 1 + pieces); // it is checked, and read
    }
}
