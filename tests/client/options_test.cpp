#include "fixture.hpp"

#include <cstdlib>

using namespace client_test;

namespace
{

struct environment_variable
{
    environment_variable(char const* name, char const* value) : name_(name) { ::setenv(name, value, 1); }
    ~environment_variable() { ::unsetenv(name_); }
    environment_variable(environment_variable const&) = delete;
    environment_variable& operator=(environment_variable const&) = delete;

private:
    char const* name_;
};

mh::error refused(mh::client_options options)
{
    asio::io_context io;
    try
    {
        mh::session const made{io, std::move(options)};
    }
    catch (mh::error const& e)
    {
        return e;
    }
    return mh::error{};
}

mh::client_options with_key(std::string text)
{
    mh::client_options out;
    out.api_key = std::move(text);
    return out;
}

} // namespace

TEST_CASE("I1: a key that cannot stand in a header is refused at construction and not shown")
{
    for (std::string bad :
         {"k\r\nX: 1", "mhk_secret_value\n", "mhk secret value", "mhk_secret_value\xFF",
          "mhk_secret\x7Fvalue"})
    {
        mh::error const e = refused(with_key(bad));
        CHECK(e.code() == mh::errc::invalid_argument);
        CHECK(std::string{e.what()}.find("secret") == std::string::npos);
    }
    using namespace std::string_literals;
    CHECK(refused(with_key("mhk\0x"s)).code() == mh::errc::invalid_argument);
    CHECK(
        std::string{refused(with_key("mhk_secret_value\n")).what()}.find("line break") != std::string::npos);
}

TEST_CASE("a missing key says where one is looked for")
{
    mh::error const e = refused(with_key(""));
    CHECK(e.code() == mh::errc::invalid_argument);
    CHECK(std::string{e.what()}.find("MAGIC_HOUR_API_KEY") != std::string::npos);
}

TEST_CASE("the key comes from the options, then MAGIC_HOUR_API_KEY, then MAGIC_HOUR_API_TOKEN")
{
    fixture f;
    f.server.otherwise(always(json_answer(200, project)));
    auto const sent = [&]
    {
        CHECK(ok(f.get()));
        auto const all = f.server.requests();
        return all.back().head_text;
    };
    environment_variable const older{"MAGIC_HOUR_API_TOKEN", "from-token"};
    f.options.api_key.clear();
    CHECK(sent().find("Authorization: Bearer from-token\r\n") != std::string::npos);
    environment_variable const newer{"MAGIC_HOUR_API_KEY", "from-key"};
    CHECK(sent().find("Authorization: Bearer from-key\r\n") != std::string::npos);
    f.options.api_key = "from-options";
    CHECK(sent().find("Authorization: Bearer from-options\r\n") != std::string::npos);
}

TEST_CASE("the base URL comes from the options, then MAGIC_HOUR_API_BASE_URL")
{
    fixture f;
    f.server.otherwise(always(json_answer(200, project)));
    std::string const url = f.options.base_url + "/prefix/";
    environment_variable const set{"MAGIC_HOUR_API_BASE_URL", url.c_str()};
    f.options.base_url.clear();
    CHECK(ok(f.get()));
    REQUIRE(f.server.request_count() == 1);
    CHECK(f.server.requests()[0].head_text.starts_with("GET /prefix/v1/image-projects/job-1 HTTP/1.1\r\n"));
}

TEST_CASE("I5: base URLs that could send a key astray are refused at construction")
{
    for (char const* url :
         {"http://api.magichour.ai", "https://user:pw@api.magichour.ai", "https://api.magichour.ai#x",
          "https://api.magichour.ai@evil.example", "https://api.magichour.ai:0",
          "https://api.magichour.ai:65536",
          "https://b\xC3\xBC"
          "cher.example",
          "api.magichour.ai", "https://", "https://api.magichour.ai/?x=1", "ftp://api.magichour.ai",
          "http://localhost:1", "https://10.0.0.1", "https://169.254.169.254"})
    {
        CAPTURE(url);
        mh::client_options options = with_key(key);
        options.base_url = url;
        CHECK(refused(options).code() == mh::errc::invalid_argument);
    }
    for (char const* url :
         {"https://api.magichour.ai", "https://API.magichour.ai/", "https://localhost:8443/x/"})
    {
        CAPTURE(url);
        mh::client_options options = with_key(key);
        options.base_url = url;
        CHECK(refused(options).code() == mh::errc{});
    }
}

TEST_CASE("options that make no sense are refused at construction")
{
    auto const expect_refusal = [](auto change)
    {
        mh::client_options options = with_key(key);
        change(options);
        CHECK(refused(options).code() == mh::errc::invalid_argument);
    };
    expect_refusal([](mh::client_options& o) { o.timeouts.total = std::chrono::seconds{0}; });
    expect_refusal([](mh::client_options& o) { o.timeouts.connect = std::chrono::seconds{-1}; });
    expect_refusal([](mh::client_options& o) { o.retry.max_attempts = 0; });
    expect_refusal([](mh::client_options& o) { o.pool.max_connections = 0; });
    expect_refusal([](mh::client_options& o) { o.headers.push_back({"X-A", "b\r\nX-C: d"}); });
    expect_refusal([](mh::client_options& o) { o.headers.push_back({"X A", "b"}); });
    expect_refusal([](mh::client_options& o) { o.headers.push_back({"Host", "evil.example"}); });
    expect_refusal([](mh::client_options& o) { o.app_info = "a\nb"; });
    expect_refusal([](mh::client_options& o) { o.tls.ca_pem = "not a certificate"; });
    expect_refusal([](mh::client_options& o) { o.proxy.url = "ftp://proxy"; });
}

TEST_CASE("every request says who asks and how to answer")
{
    fixture f;
    f.options.app_info = "shop/2.1";
    f.options.headers = {{"X-Trace", "abc"}};
    f.server.otherwise(always(json_answer(200, created)));
    CHECK(ok(f.create()));
    std::string const head = f.server.requests().at(0).head_text;
    for (char const* line :
         {"Authorization: Bearer ", "Accept: application/json\r\n", "Content-Type: application/json\r\n",
          "X-Trace: abc\r\n", "User-Agent: magic-hour-cpp/", "shop/2.1\r\n", "Accept-Encoding: identity\r\n",
          "Content-Length: "})
        CHECK_MESSAGE(head.find(line) != std::string::npos, line);
    CHECK(head.find("Transfer-Encoding") == std::string::npos);
}

TEST_CASE("I2: an id that could change the request is refused before anything is sent")
{
    fixture f;
    for (std::string id :
         {std::string{}, std::string{"a/../b"}, std::string{"a?b"}, std::string{"a%2fb"},
          std::string{"a\r\nb"}, std::string(10240, 'a'), std::string{".."}, std::string{"\xFF"}})
    {
        CHECK(f.get(id).error().code() == mh::errc::invalid_argument);
        CHECK(f.remove(id).error().code() == mh::errc::invalid_argument);
    }
    CHECK(f.server.connection_count() == 0);
}

TEST_CASE("a request that breaks a rule is refused before anything is sent, unless the server shall judge")
{
    fixture f;
    f.server.otherwise(always(json_answer(200, created)));
    mh::ai_image_generator::request request = fixture::picture();
    request.style.prompt.clear();
    mh::resource<mh::ai_image_generator> const generator{f.session()};
    auto const refusal = f.run(generator.create(request, mh::as_result));
    REQUIRE_FALSE(refusal.has_value());
    CHECK(refusal.error().code() == mh::errc::validation);
    CHECK(refusal.error()->json_path == "style.prompt");
    CHECK(refusal.error()->rule == "required");
    CHECK(f.server.connection_count() == 0);
    mh::call_options how;
    how.validate = false;
    CHECK(ok(f.run(generator.create(request, mh::as_result, how))));
    CHECK(f.server.request_count() == 1);
    request.style.prompt = "broken \xFF text";
    CHECK(f.run(generator.create(request, mh::as_result, how)).error().code() == mh::errc::validation);
    CHECK(f.server.request_count() == 1);
}

TEST_CASE("a job without a name gets a unique one, a named job keeps its own")
{
    fixture f;
    f.options.name_jobs = true;
    f.server.otherwise(always(json_answer(200, created)));
    mh::resource<mh::ai_image_generator> const generator{f.session()};
    mh::ai_image_generator::request request = fixture::picture();
    CHECK(ok(f.run(generator.create(request, mh::as_result))));
    CHECK_FALSE(request.name.has_value());
    request.name = "mine";
    CHECK(ok(f.run(generator.create(request, mh::as_result))));
    auto const all = f.server.requests();
    REQUIRE(all.size() == 2);
    CHECK(boost::json::parse(all[0].body).at("name").as_string().starts_with("mh-ai-image-generator-"));
    CHECK(boost::json::parse(all[1].body).at("name") == "mine");
}

TEST_CASE("a closed client refuses further calls")
{
    fixture f;
    mh::session session = f.session();
    session.close();
    session.close();
    auto const outcome = f.run(mh::resource<mh::image_projects>{session}.get("job-1", mh::as_result));
    CHECK(outcome.error().code() == mh::errc::closed);
    CHECK(f.server.connection_count() == 0);
}
