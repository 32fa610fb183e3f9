// What other clients of this API get wrong: each case names the defect that ours must not have.

#include "disk_bench.hpp"

#include "support/promptness.hpp"
#include "support/tunnel_proxy.hpp"

#include <magic_hour/files_resource.hpp>
#include <magic_hour/http/observer.hpp>
#include <magic_hour/v1/account.hpp>
#include <magic_hour/v1/ai_video_editor.hpp>

#include <algorithm>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

using namespace jobs_test;
using mh::testing::cut;

namespace
{

/// What this process prints while this lives.
class printed_text
{
public:
    printed_text() : out_(::dup(1)), err_(::dup(2))
    {
        ::fflush(nullptr);
        int const file = ::open(file_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
        ::dup2(file, 1);
        ::dup2(file, 2);
        ::close(file);
    }
    ~printed_text() { restore(); }
    printed_text(printed_text const&) = delete;
    printed_text& operator=(printed_text const&) = delete;

    [[nodiscard]] std::string take()
    {
        restore();
        return support::temp_dir::read(file_);
    }

private:
    void restore()
    {
        if (out_ < 0)
            return;
        ::fflush(nullptr);
        ::dup2(out_, 1);
        ::dup2(err_, 2);
        ::close(std::exchange(out_, -1));
        ::close(std::exchange(err_, -1));
    }

    support::temp_dir dir_{};
    std::filesystem::path file_ = dir_ / "printed";
    int out_;
    int err_;
};

/// Everything that hooks are told of targets and failures.
class told : public http::observer
{
public:
    void on_request(http::attempt_event const& e) override { add(e); }
    void on_response(http::attempt_event const& e) override { add(e); }
    void on_failure(http::attempt_event const& e) override { add(e); }
    void on_retry(http::attempt_event const& e) override { add(e); }

    std::string text{};

private:
    void add(http::attempt_event const& e)
    {
        text += std::string{e.method} + ' ' + std::string{e.host} + ' ' + std::string{e.path} + '\n';
        if (e.failure)
            text += everything(*e.failure) + '\n';
    }
};

/// The queries of all URLs that the fake has handed out: whoever has one may use the file.
std::vector<std::string> signatures(mh::testing::fake_server& fake)
{
    std::vector<std::string> found;
    for (auto const& request : fake.ledger().requests())
        if (!request.head.query().empty())
            found.emplace_back(request.head.query());
    return found;
}

} // namespace

TEST_CASE("W9: a file beyond 4 GiB is announced with its whole size, and one beyond 2 GiB is not refused")
{
    fixture f;
    for (std::uint64_t const size : {std::uint64_t{3} << 30, std::uint64_t{5} << 30})
    {
        auto const path = f.dir.write("large.mp4", "x");
        std::filesystem::resize_file(path, size);
        f.fake.ledger().clear();
        f.fake.on("PUT *").answer(413, "").answer_early(mh::testing::afterwards::close).times(1);
        auto const refused = f.run(mh::files_resource{f.session()}.upload_file(path, mh::as_result));
        REQUIRE(refused.has_error()); // after the first bytes: nobody waits for the rest
        auto const puts = f.requests("PUT", "*");
        REQUIRE_FALSE(puts.empty());
        CHECK(puts[0].head.header("Content-Length") == std::to_string(size));
    }
}

TEST_CASE("W14, W15: neither the key nor a signed URL is in any error or hook, whatever goes wrong")
{
    for (std::size_t exchange = 0; exchange < 8; ++exchange)
    {
        for (int const fault : {0, 1, 2})
        {
            fixture f;
            auto const hooks = std::make_shared<told>();
            auto options = f.options();
            options.observer = hooks;
            mh::session const session{f.io, options};
            auto wrong = f.fake.on("*").after(exchange);
            if (fault == 0)
                wrong.cut_at(20, cut::rst);
            else
                wrong.answer(fault == 1 ? 403 : 500, "<Error><Code>AccessDenied</Code></Error>");
            auto const request = f.edit({f.dir.write("in.png", "picture")});
            mh::generate_options how{f.dir / "out"};
            how.deadline(2min);
            auto const made =
                f.run(mh::resource<mh::ai_image_editor>{session}.generate(request, mh::as_result, how));
            support::secrets_guard secrets{f.fake.api_key()};
            for (auto const& each : signatures(f.fake))
                secrets.plant(each);
            CHECK_FALSE(secrets.leaked_into(hooks->text));
            if (made.has_error())
                CHECK_FALSE(secrets.leaked_into(everything(made.error())));
        }
    }
}

TEST_CASE("W16: nothing is printed, whether it goes well or wrong")
{
    fixture f;
    auto const request = f.edit({f.dir.write("in.png", "picture")});
    printed_text printed;
    auto const good =
        f.run(f.resource<mh::ai_image_editor>().generate(request, mh::as_result, f.dir / "out"));
    f.fake.on("GET *.png").answer(500, "");
    auto const bad =
        f.run(f.resource<mh::ai_image_editor>().generate(request, mh::as_result, f.dir / "more"));
    auto const text = printed.take();
    CHECK(ok(good));
    CHECK(bad.has_error());
    CHECK(text.empty());
}

TEST_CASE(
    "W17, W18: calls of one client run side by side, through const handles, on the connections of one pool")
{
    fake_options slow = stepwise();
    slow.latency = 30ms;
    fixture f{slow};
    auto options = f.options();
    options.pool.max_connections = 4;
    mh::session const session{f.io, options};
    mh::resource<mh::account> const account{session};
    std::vector<decltype(support::start(f.io, account.get(mh::as_result)))> calls;
    for (int i = 0; i < 20; ++i)
        calls.push_back(support::start(f.io, account.get(mh::as_result)));
    auto const all_done = [&]
    { return std::ranges::all_of(calls, [](auto const& call) { return call->done; }); };
    REQUIRE(support::run_virtual_until(f.io, *f.clock, all_done));
    for (auto const& call : calls)
        CHECK(ok(call->get()));
    CHECK(f.fake.ledger().connections().size() == 4);
    auto const requests = f.requests("GET", "/v1/account");
    REQUIRE(requests.size() == 20);
    CHECK(std::any_of(
        requests.begin() + 1, requests.end(), [&](auto const& r) { return r.began < requests[0].ended; }));
}

TEST_CASE("W19: an answer whose body breaks is a broken connection, not an empty body")
{
    fixture f;
    auto const id = f.make_job();
    f.fake.on("GET /v1/image-projects/*").cut_body_at(10, cut::fin);
    auto const got = f.run(f.resource<mh::image_projects>().get(id, mh::as_result));
    REQUIRE(got.has_error());
    CHECK((got.error() == mh::errc::integrity || got.error() == mh::errc::connection));
    CHECK(f.polls() == 3);
}

TEST_CASE("W21: refusals and answers without a body leave no connection behind")
{
    fixture f;
    mh::session const session{f.io, f.options()};
    mh::resource<mh::image_projects> const projects{session};
    support::run_virtual(f.io, *f.clock);
    for (int i = 0; i < 20; ++i)
    {
        CHECK(f.run(projects.get("nobody", mh::as_result)).has_error());
        CHECK(f.run(projects.delete_("nobody", mh::as_result)).has_error());
    }
    auto const id = f.make_job();
    auto const before = f.fake.ledger().connections().size();
    CHECK(f.run(projects.delete_(id, mh::as_result)).has_value());
    CHECK(f.fake.ledger().connections().size() == before);
    CHECK(f.fake.ledger().open_connections() <= 2);
    CHECK(before <= 2);
}

TEST_CASE("W22: no wait is without an end by default, in a body neither")
{
    mh::client_options const defaults;
    auto const& limits = defaults.timeouts;
    for (auto const limit :
         {limits.connect, limits.per_address, limits.response, limits.billable_response, limits.no_progress,
          limits.total})
        CHECK((limit > 0s && limit <= 1min));
    CHECK(mh::poll_options{}.deadline <= 2h);

    disk_fixture f;
    auto const id = f.finished_job();
    auto const file = f.dir.write("in.png", pattern(8'000'000));
    support::auto_advance_options how;
    how.limits_too = true;
    how.quiet_before_limits = 25ms;
    for (std::string const where : {"GET /v1/image-projects/*", "GET *.mp4", "PUT *"})
    {
        CAPTURE(where);
        f.fake.clear_faults();
        bool const up = where.starts_with("PUT");
        auto fault = f.fake.on(where);
        if (up)
            fault.stop_reading_at(0);
        else
            fault.stall_body_at(5);
        mh::session const session{f.io, f.options()};
        auto const begin = f.clock->elapsed();
        if (up)
            CHECK(f.run(mh::files_resource{session}.upload_file(file, mh::as_result), how).has_error());
        else
        {
            mh::generate_options limited{f.dir / "out"};
            limited.deadline(3min);
            CHECK(f.run(mh::resource<mh::image_projects>{session}.attach(id, mh::as_result, limited), how)
                      .has_error());
        }
        CHECK(f.clock->elapsed() - begin >= 20s);
        CHECK(f.clock->elapsed() - begin <= 4min);
    }
}

TEST_CASE("W23: uploads and downloads go the way that the client was told, through its proxy with its CA")
{
    support::tunnel_proxy proxy;
    fixture f;
    auto options = f.options();
    options.proxy.url = proxy.url();
    mh::session const session{f.io, options};
    auto const request = f.edit({f.dir.write("in.png", "picture")});
    auto const made =
        f.run(mh::resource<mh::ai_image_editor>{session}.generate(request, mh::as_result, f.dir / "out"));
    REQUIRE(ok(made));
    CHECK(f.count("PUT", "*") == 1);
    CHECK(f.count("GET", "*.png") == 1);
    auto const tunnels = proxy.opened();
    CHECK(std::ranges::count(tunnels, f.fake.port()) >= 1);
    CHECK(std::ranges::count(tunnels, f.fake.storage_port()) >= 1);
    CHECK(tunnels.size() == f.fake.ledger().connections().size()); // nothing went past it

    auto untrusting = f.options();
    untrusting.tls.ca_pem = mh::testing::certificate_authority{}.ca_pem();
    f.fake.ledger().clear();
    mh::client const other{mh::session{f.io, untrusting}};
    auto const refused = [&]() -> mh::errc
    {
        try
        {
            static_cast<void>(f.run(other.download(made->downloads.at(0))));
            return {};
        }
        catch (mh::error const& why)
        {
            return why.code();
        }
    };
    CHECK(refused() == mh::errc::tls);
    CHECK(f.fake.ledger().requests().empty());
}

TEST_CASE("W24: a result can be asked for again")
{
    fixture f;
    auto const id = f.make_job();
    auto poller = f.resource<mh::image_projects>().poll(id);
    auto const first = f.run(poller.result());
    auto const polls = f.polls();
    auto const second = f.run(poller.result());
    CHECK(first.id == second.id);
    CHECK(second.status == mh::project_status::complete);
    CHECK(f.polls() == polls);
}

TEST_CASE("W25: generate sends everything that create sends")
{
    fixture f;
    using editor = mh::ai_video_editor;
    editor::request const request{
        .assets = {.video_file_path = "https://example.com/a.mp4"},
        .style = {.prompt = "night"},
        .end_seconds = 5,
        .model = editor::model::ltx_2_5,
        .resolution = editor::resolution::p720,
        .name = "the name"};
    auto const created = f.run(f.resource<editor>().create(request));
    auto const made = f.run(f.resource<editor>().generate(request, mh::as_result));
    REQUIRE(ok(made));
    auto const sent = f.fake.job(created.id)->request_json;
    for (auto const* const part : {"ltx-2.5", "720p", "the name", "night"})
        CHECK(sent.find(part) != std::string::npos);
    CHECK(f.fake.job(made->id)->request_json == sent);
}

TEST_CASE("W27: passing failures are tried again by default, as the API's documentation asks for")
{
    fixture f;
    mh::client_options plain;
    plain.api_key = f.fake.api_key();
    plain.base_url = f.fake.base_url();
    plain.tls.ca_pem = f.fake.ca_pem();
    plain.clock = f.clock;
    mh::session const session{f.io, plain};
    for (int const status : {429, 500, 502, 503, 504})
    {
        f.fake.ledger().clear();
        f.fake.on("GET /v1/account").answer(status).times(2);
        CHECK(ok(f.run(mh::resource<mh::account>{session}.get(mh::as_result))));
        CHECK(f.count("GET", "/v1/account") == 3);
    }
    f.fake.on("POST /v1/ai-image-generator").answer(429).times(1);
    auto const request = f.picture();
    CHECK(ok(f.run(mh::resource<mh::ai_image_generator>{session}.create(request, mh::as_result))));
    CHECK(f.fake.ledger().jobs_created() == 1);
}

TEST_CASE("L6: a blocked upload and a slow download do not keep polls waiting")
{
    auto const slowest_poll = []
    {
        disk_fixture f;
        auto const id = f.finished_job();
        auto options = f.options();
        options.clock = nullptr;
        options.pool.max_connections = 2; // of which transfers must not take one for themselves
        mh::session const session{f.io, options};
        f.fake.on("PUT *").stop_reading_at(0);
        f.fake.on("GET *.mp4").drip(1'000, 20ms);
        auto const large = f.dir.write("in.png", pattern(8'000'000));
        asio::cancellation_signal stop_upload;
        asio::cancellation_signal stop_download;
        auto const up = support::start(
            f.io, mh::files_resource{session}.upload_file(large, mh::as_result), stop_upload.slot());
        auto const down = support::start(
            f.io, mh::resource<mh::image_projects>{session}.attach(id, mh::as_result, f.dir / "out"),
            stop_download.slot());
        auto const until = std::chrono::steady_clock::now() + 5s;
        while ((f.count("PUT", "*") == 0 || f.count("GET", "*.mp4") == 0) &&
               std::chrono::steady_clock::now() < until)
            f.io.run_one_for(5ms);
        std::chrono::nanoseconds slowest{0};
        for (int i = 0; i < 25; ++i)
        {
            auto const begin = std::chrono::steady_clock::now();
            auto const got =
                support::run(f.io, mh::resource<mh::image_projects>{session}.get(id, mh::as_result));
            CHECK(ok(got));
            slowest = std::max<std::chrono::nanoseconds>(slowest, std::chrono::steady_clock::now() - begin);
        }
        CHECK_FALSE(up->done);
        CHECK_FALSE(down->done);
        stop_upload.emit(asio::cancellation_type::terminal);
        stop_download.emit(asio::cancellation_type::terminal);
        support::settle(f.io, 50ms);
        CHECK(up->done);
        CHECK(down->done);
        return slowest;
    };
    CHECK(support::within(250ms, slowest_poll));
}
