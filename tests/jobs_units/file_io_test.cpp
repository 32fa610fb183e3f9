#include <magic_hour/jobs/file_io.hpp>

#include "support/fd_guard.hpp"
#include "support/file_size_limit.hpp"
#include "support/memory_folder.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

#include <boost/asio/thread_pool.hpp>
#include <doctest/doctest.h>

#include <atomic>
#include <cstring>
#include <thread>

#include <sys/stat.h>

using namespace magic_hour;
using namespace magic_hour::jobs;
using namespace std::chrono_literals;

namespace
{

std::string pattern(std::size_t size)
{
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        text[i] = static_cast<char>(i * 31 + i / 251);
    return text;
}

asio::awaitable<result<std::string>> read_all(http::body_source& source)
{
    std::string all;
    for (;;)
    {
        auto next = co_await source.next();
        if (!next)
            co_return next.error();
        if (next->size() == 0)
            co_return all;
        all.append(static_cast<char const*>(next->data()), next->size());
    }
}

asio::awaitable<result<void>> write_text(file_writer& writer, std::string text)
{
    for (std::size_t done = 0; done < text.size();)
    {
        auto const space = writer.space();
        auto const count = std::min(space.size(), text.size() - done);
        std::memcpy(space.data(), text.data() + done, count);
        auto written = co_await writer.commit(count);
        if (!written)
            co_return written;
        done += count;
    }
    co_return result<void>{};
}

asio::awaitable<result<std::filesystem::path>> write_file(
    asio::any_io_executor blocking, file_target target, std::string text,
    file_access where = file_access::elsewhere)
{
    file_writer writer{blocking, std::move(target), where};
    auto opened = co_await writer.open();
    if (!opened)
        co_return opened.error();
    auto written = co_await write_text(writer, std::move(text));
    if (!written)
        co_return written.error();
    co_return co_await writer.finish();
}

file_target target(std::filesystem::path path, on_collision collision = on_collision::fail)
{
    file_target made;
    made.path = std::move(path);
    made.collision = collision;
    made.sync = false;
    return made;
}

unsigned mode_of(std::filesystem::path const& path)
{
    struct ::stat found = {};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    return found.st_mode & 07777;
}

struct rig
{
    support::temp_dir dir{};
    asio::io_context io{};
    asio::thread_pool pool{1};

    result<std::filesystem::path> write(file_target t, std::string text)
    {
        return support::run(io, write_file(pool.get_executor(), std::move(t), std::move(text)));
    }
};

} // namespace

TEST_CASE("a file is read whole, in pieces, and again after a rewind")
{
    rig r;
    file_access where = file_access::elsewhere;
    SUBCASE("elsewhere") {}
    SUBCASE("here")
    {
        where = file_access::here_without_disk;
    }
    for (std::size_t const size : {std::size_t{1}, file_reader::piece, file_reader::piece * 3 + 17})
    {
        auto const text = pattern(size);
        auto const file = check_input_file(r.dir.write("in.bin", text));
        REQUIRE(file.has_value());
        file_reader reader{r.pool.get_executor(), *file, where};
        CHECK(reader.size() == size);
        auto const first = support::run(r.io, read_all(reader));
        REQUIRE(first.has_value());
        CHECK((*first == text));
        REQUIRE(support::run(r.io, reader.rewind()).has_value());
        auto const second = support::run(r.io, read_all(reader));
        REQUIRE(second.has_value());
        CHECK((*second == text));
    }
}

TEST_CASE("a rewind in the middle starts again from byte 0")
{
    rig r;
    auto const text = pattern(file_reader::piece * 4);
    auto const file = *check_input_file(r.dir.write("in.bin", text));
    for (file_access const where : {file_access::elsewhere, file_access::here_without_disk})
    {
        file_reader reader{r.pool.get_executor(), file, where};
        REQUIRE(support::run(r.io, reader.next()).has_value());
        REQUIRE(support::run(r.io, reader.next()).has_value());
        REQUIRE(support::run(r.io, reader.rewind()).has_value());
        CHECK((*support::run(r.io, read_all(reader)) == text));
    }
}

namespace
{

constexpr std::size_t counted_pieces = 6;

/// Runs both until `done`; returns how much was done on `blocking`.
std::size_t run_beside(asio::io_context& io, asio::io_context& blocking, bool const& done)
{
    std::size_t count = 0;
    while (!done)
    {
        io.restart();
        io.poll();
        blocking.restart();
        count += blocking.poll();
    }
    return count;
}

/// Reads a file of some pieces in `dir` and counts those that were read on the executor for it.
std::size_t pieces_read_elsewhere(support::temp_dir const& dir, file_access where)
{
    auto const text = pattern(file_reader::piece * counted_pieces);
    auto const file = *check_input_file(dir.write("in.bin", text));
    asio::io_context io;
    asio::io_context blocking;
    file_reader reader{blocking.get_executor(), file, where};
    auto const state = support::start(io, read_all(reader));
    std::size_t const elsewhere = run_beside(io, blocking, state->done);
    CHECK((*state->get() == text));
    return elsewhere;
}

} // namespace

TEST_CASE("each piece of a file is read on the executor for it, but for cached ones where that is allowed")
{
    support::temp_dir const dir;
    CHECK(pieces_read_elsewhere(dir, file_access::elsewhere) == counted_pieces);
    auto const elsewhere = pieces_read_elsewhere(dir, file_access::here_without_disk);
    // the first opens the file, the last looks at it once more; not all file systems can tell
    CHECK((elsewhere == 2 || elsewhere == counted_pieces));
}

namespace
{

/// Writes a file of some pieces in `dir` and counts what was done on the executor for it.
std::size_t steps_of_writing_elsewhere(support::temp_dir const& dir, file_access where)
{
    auto const text = pattern(file_writer::piece * counted_pieces);
    asio::io_context io;
    asio::io_context blocking;
    auto const state =
        support::start(io, write_file(blocking.get_executor(), target(dir / "out.bin"), text, where));
    std::size_t const elsewhere = run_beside(io, blocking, state->done);
    REQUIRE(state->get().has_value());
    CHECK((dir.read(dir / "out.bin") == text));
    std::filesystem::remove(dir / "out.bin");
    return elsewhere;
}

constexpr std::size_t open_and_finish = 2;

} // namespace

TEST_CASE("each piece of a file is written on the executor for it")
{
    support::temp_dir const dir;
    CHECK(steps_of_writing_elsewhere(dir, file_access::elsewhere) == open_and_finish + counted_pieces);
}

TEST_CASE("a file that is nothing but memory is written on the executor for it only where that is asked for")
{
    auto const dir = support::memory_folder();
    if (!dir)
    {
        MESSAGE("skipped: there is no memory file system");
        return;
    }
    CHECK(steps_of_writing_elsewhere(*dir, file_access::elsewhere) == open_and_finish + counted_pieces);
    CHECK(steps_of_writing_elsewhere(*dir, file_access::here_without_disk) == open_and_finish);
}

TEST_CASE("F9: a file in memory that becomes too large fails with its reason and leaves nothing")
{
    auto const dir = support::memory_folder();
    if (!dir)
    {
        MESSAGE("skipped: there is no memory file system");
        return;
    }
    asio::io_context io;
    asio::thread_pool pool{1};
    support::file_size_limit const limit{100'000};
    auto const made = support::run(
        io, write_file(
                pool.get_executor(), target(*dir / "a.bin"), pattern(file_writer::piece * 3),
                file_access::here_without_disk));
    REQUIRE(made.has_error());
    CHECK(made.error()->system == boost::system::errc::file_too_large);
    CHECK(dir->names().empty());
}

TEST_CASE(
    "a file that is nothing but memory is read on the executor for it only to open it and to look at its end")
{
    auto const dir = support::memory_folder();
    if (!dir)
    {
        MESSAGE("skipped: there is no memory file system");
        return;
    }
    CHECK(pieces_read_elsewhere(*dir, file_access::elsewhere) == counted_pieces);
    CHECK(pieces_read_elsewhere(*dir, file_access::here_without_disk) == 2);
}

TEST_CASE("a file that changed since it was checked, or changes while it is read, is an error")
{
    rig r;
    auto const text = pattern(file_reader::piece * 4);
    auto const path = r.dir.write("in.bin", text);
    auto const file = *check_input_file(path);

    SUBCASE("grown before")
    {
        r.dir.write("in.bin", text + "x");
    }
    SUBCASE("shorter before")
    {
        r.dir.write("in.bin", "x");
    }
    SUBCASE("another file of the same size")
    {
        auto const other = r.dir.write("other.bin", text);
        std::filesystem::rename(other, path);
    }
    SUBCASE("gone")
    {
        std::filesystem::remove(path);
    }
    SUBCASE("touched")
    {
        std::filesystem::last_write_time(path, std::filesystem::file_time_type{} + 1h);
    }
    for (file_access const where : {file_access::elsewhere, file_access::here_without_disk})
    {
        file_reader reader{r.pool.get_executor(), file, where};
        auto const read = support::run(r.io, read_all(reader));
        REQUIRE(read.has_error());
        CHECK(read.error() == errc::file);
    }
}

TEST_CASE("a file that is cut or written while it is read is an error")
{
    rig r;
    auto const text = pattern(file_reader::piece * 4);
    auto const path = r.dir.write("in.bin", text);
    auto const file = *check_input_file(path);
    file_reader here{r.pool.get_executor(), file, file_access::here_without_disk};
    file_reader elsewhere{r.pool.get_executor(), file};
    REQUIRE(support::run(r.io, here.next()).has_value());
    REQUIRE(support::run(r.io, elsewhere.next()).has_value());
    SUBCASE("cut")
    {
        std::filesystem::resize_file(path, file_reader::piece + 1);
    }
    SUBCASE("written")
    {
        std::filesystem::last_write_time(path, std::filesystem::file_time_type{} + 1h);
    }
    for (file_reader* const reader : {&here, &elsewhere})
    {
        auto const read = support::run(r.io, read_all(*reader));
        REQUIRE(read.has_error());
        CHECK(read.error() == errc::file);
        CHECK(read.error()->message.find("changed") != std::string::npos);
    }
}

TEST_CASE("U9: what cannot be uploaded is refused with its reason")
{
    support::temp_dir dir;
    CHECK(
        check_input_file(dir / "missing.png").error()->system ==
        boost::system::errc::no_such_file_or_directory);
    CHECK(check_input_file(dir.path()).error()->system == boost::system::errc::is_a_directory);
    CHECK(check_input_file("/dev/zero").has_error());
    REQUIRE(::mkfifo((dir / "pipe.png").c_str(), 0600) == 0);
    CHECK(check_input_file(dir / "pipe.png").has_error());
    CHECK(check_input_file(dir.write("empty.png", "")).error()->message.find("empty") != std::string::npos);
    auto const secret = dir.write("unreadable.png", "x");
    std::filesystem::permissions(secret, std::filesystem::perms::none);
    if (::geteuid() != 0)
        CHECK(check_input_file(secret).error()->system == boost::system::errc::permission_denied);
    auto const good = check_input_file(dir.write("good.png", "x"));
    REQUIRE(good.has_value());
    std::filesystem::create_symlink(dir / "good.png", dir / "link.png");
    CHECK(check_input_file(dir / "link.png")->same_file(*good));
}

TEST_CASE("a written file appears whole under its name, and nothing else is left")
{
    rig r;
    for (std::size_t const size : {std::size_t{1}, file_writer::piece, file_writer::piece * 3 + 5})
    {
        auto const name = std::to_string(size) + ".bin";
        auto const text = pattern(size);
        auto const made = r.write(target(r.dir / name), text);
        REQUIRE(made.has_value());
        CHECK(*made == r.dir / name);
        CHECK((r.dir.read(*made) == text));
    }
    CHECK(r.dir.names().size() == 3);
}

TEST_CASE("a restart throws away what was written")
{
    rig r;
    auto const work = [&]() -> asio::awaitable<result<std::filesystem::path>>
    {
        file_writer writer{r.pool.get_executor(), target(r.dir / "a.bin")};
        auto step = co_await writer.open();
        step = co_await write_text(writer, pattern(file_writer::piece + 100));
        step = co_await writer.restart();
        step = co_await write_text(writer, "new");
        co_return co_await writer.finish();
    };
    REQUIRE(support::run(r.io, work()).has_value());
    CHECK(r.dir.read(r.dir / "a.bin") == "new");
}

TEST_CASE("F4: an existing file is kept, passed by or replaced, as the caller wants")
{
    rig r;
    auto const path = r.dir.write("a.png", "old");
    std::filesystem::permissions(path, std::filesystem::perms{0600});

    auto const refused = r.write(target(path), "new");
    REQUIRE(refused.has_error());
    CHECK(refused.error() == errc::file);
    CHECK(refused.error()->system == boost::system::errc::file_exists);
    CHECK(r.dir.read(path) == "old");

    CHECK(*r.write(target(path, on_collision::rename), "new") == r.dir / "a_1.png");
    CHECK(*r.write(target(path, on_collision::rename), "newer") == r.dir / "a_2.png");
    CHECK(r.dir.read(path) == "old");

    CHECK(*r.write(target(path, on_collision::overwrite), "newest") == path);
    CHECK(r.dir.read(path) == "newest");
    CHECK(mode_of(path) == 0600);
    CHECK(r.dir.names() == std::set<std::string>{"a.png", "a_1.png", "a_2.png"});
}

TEST_CASE("F4: a reader of a file that is replaced sees the old or the new one, never a part or none")
{
    rig r;
    auto const path = r.dir.write("a.bin", std::string(400'000, 'a'));
    std::atomic<bool> stop{false};
    std::atomic<int> wrong{0};
    std::thread reader{[&]
                       {
                           while (!stop)
                           {
                               auto const text = support::temp_dir::read(path);
                               bool const whole = text.size() == 400'000 &&
                                                  text.find_first_not_of(text[0]) == std::string::npos;
                               wrong += whole ? 0 : 1;
                           }
                       }};
    for (char c = 'b'; c < 'v'; ++c)
        CHECK(r.write(target(path, on_collision::overwrite), std::string(400'000, c)).has_value());
    stop = true;
    reader.join();
    CHECK(wrong == 0);
}

TEST_CASE("F5: nothing is written through a link or over a directory")
{
    rig r;
    auto const victim = r.dir.write("victim", "precious");
    std::filesystem::create_symlink(victim, r.dir / "link.png");
    std::filesystem::create_symlink(r.dir / "nowhere", r.dir / "dangling.png");
    std::filesystem::create_directory(r.dir / "dir.png");
    for (auto const* name : {"link.png", "dangling.png", "dir.png"})
    {
        for (auto const collision : {on_collision::fail, on_collision::overwrite})
        {
            CHECK(r.write(target(r.dir / name, collision), "new").has_error());
            CHECK(prepare_target(r.dir / name, collision).has_error());
        }
    }
    CHECK(r.dir.read(victim) == "precious");
    CHECK_FALSE(std::filesystem::exists(r.dir / "nowhere"));
    CHECK(std::distance(std::filesystem::directory_iterator{r.dir.path()}, {}) == 4);
}

TEST_CASE("F5: a temporary name that somebody prepared as a link is passed by")
{
    rig r;
    auto const victim = r.dir.write("victim", "precious");
    std::filesystem::create_symlink(victim, r.dir / temporary_file_name("a.png", 7));
    auto wanted = target(r.dir / "a.png");
    wanted.token = 7;
    CHECK(r.write(wanted, "new").has_value());
    CHECK(r.dir.read(victim) == "precious");
}

TEST_CASE("F6: a name of 255 bytes works")
{
    rig r;
    auto const name = std::string(251, 'n') + ".png";
    CHECK(r.write(target(r.dir / name), "x").has_value());
    CHECK(r.dir.names() == std::set<std::string>{name});
}

TEST_CASE("F9: the access mode is what the umask leaves")
{
    rig r;
    for (auto const mask : {077U, 022U})
    {
        auto const before = ::umask(mask);
        auto const made = r.write(target(r.dir / std::to_string(mask)), "x");
        ::umask(before);
        REQUIRE(made.has_value());
        CHECK(mode_of(*made) == (0666 & ~mask));
    }
}

TEST_CASE("F9: a file that becomes too large fails with its reason and leaves nothing")
{
    rig r;
    auto const made = [&]
    {
        support::file_size_limit const limit{100'000};
        return r.write(target(r.dir / "a.bin"), pattern(file_writer::piece * 3));
    }();
    REQUIRE(made.has_error());
    CHECK(made.error() == errc::file);
    CHECK(made.error()->system == boost::system::errc::file_too_large);
    CHECK(made.error()->path == (r.dir / "a.bin").string());
    CHECK(r.dir.names().empty());
}

TEST_CASE("a writer that goes away takes its temporary file with it at once")
{
    rig r;
    REQUIRE(
        r.write(target(r.dir / "first.bin"), "x").has_value()); // the io_context opens its own descriptors
    support::fd_guard const descriptors;
    auto const work = [&]() -> asio::awaitable<std::size_t>
    {
        file_writer writer{r.pool.get_executor(), target(r.dir / "a.bin")};
        auto step = co_await writer.open();
        step = co_await write_text(writer, pattern(file_writer::piece * 2 + 5));
        co_return r.dir.names().size();
    };
    CHECK(support::run(r.io, work()) == 2);
    CHECK(r.dir.names() == std::set<std::string>{"first.bin"});
    CHECK(descriptors.back_to_baseline());
}

TEST_CASE("a writer that goes away before its file was made makes none")
{
    support::temp_dir dir;
    asio::io_context blocking;
    {
        asio::io_context io;
        auto const state =
            support::start(io, write_file(blocking.get_executor(), target(dir / "a.bin"), "x"));
        io.run_for(10ms);
        CHECK_FALSE(state->done);
    }
    blocking.run();
    CHECK(dir.names().empty());
}

TEST_CASE("X4: an io_context may go while its file work is under way")
{
    support::temp_dir dir;
    asio::io_context blocking;
    auto const guard = asio::make_work_guard(blocking);
    auto const path = dir.write("in.bin", pattern(file_reader::piece * 3));
    file_reader* reader = nullptr;
    {
        asio::io_context io;
        auto const work = [&]() -> asio::awaitable<void>
        {
            file_reader mine{blocking.get_executor(), *check_input_file(path)};
            reader = &mine;
            auto const read = co_await read_all(mine);
            FAIL("the read must not end");
        };
        auto const state = support::start(io, work());
        io.run_for(10ms);
        CHECK(reader != nullptr);
        blocking.run_one(); // the first piece arrives and the waiter is told, but never runs
    }
    blocking.run_for(10ms);
}

TEST_CASE("an executor that drops its work ends the wait with an error")
{
    support::temp_dir dir;
    asio::io_context io;
    auto blocking = std::make_unique<asio::io_context>();
    auto const state = support::start(io, write_file(blocking->get_executor(), target(dir / "a.bin"), "x"));
    io.run_for(10ms);
    blocking.reset();
    io.run_for(50ms);
    REQUIRE(state->done);
    auto const made = state->get();
    REQUIRE(made.has_error());
    CHECK(made.error() == errc::closed);
}

TEST_CASE("canceling a wait for file work ends it at once and leaves no file")
{
    support::temp_dir dir;
    asio::io_context blocking;
    asio::io_context io;
    boost::asio::cancellation_signal signal;
    auto const state =
        support::start(io, write_file(blocking.get_executor(), target(dir / "a.bin"), "x"), signal.slot());
    io.run_for(10ms);
    signal.emit(asio::cancellation_type::terminal);
    io.restart();
    io.run_for(50ms);
    REQUIRE(state->done);
    CHECK(state->failure);
    blocking.run();
    CHECK(dir.names().empty());
}

TEST_CASE("F3: a target directory is made with its parents and must be writable")
{
    support::temp_dir dir;
    CHECK(prepare_directory(dir / "a/b/c").has_value());
    CHECK(std::filesystem::is_directory(dir / "a/b/c"));
    CHECK(prepare_directory(dir / "a/b/c").has_value());
    auto const file = dir.write("file", "x");
    CHECK(prepare_directory(file).error() == errc::file);
    CHECK(prepare_directory(file / "below").error() == errc::file);
    CHECK(prepare_target(dir / "new/x.png", on_collision::fail).has_value());
    CHECK(prepare_target(file, on_collision::fail).error()->system == boost::system::errc::file_exists);
    CHECK(prepare_target(file, on_collision::overwrite).has_value());
    CHECK(prepare_target(file, on_collision::rename).has_value());
    if (::geteuid() != 0)
        CHECK(prepare_directory("/proc/self/no").has_error());
}

TEST_CASE("F8: blocking work does not hold up the loop that waits for it")
{
    asio::io_context io;
    asio::thread_pool pool{1};
    int ticks = 0;
    auto const beat = [&]() -> asio::awaitable<void>
    {
        asio::steady_timer timer{io};
        for (; ticks < 10; ++ticks)
        {
            timer.expires_after(5ms);
            co_await timer.async_wait(asio::use_awaitable);
        }
    };
    auto const heart = support::start(io, beat());
    std::function<result<int>()> slow = [] { return std::this_thread::sleep_for(150ms), result<int>{1}; };
    auto const answer = support::run(io, run_blocking<int>(pool.get_executor(), slow));
    CHECK(*answer == 1);
    CHECK(ticks == 10);
}
