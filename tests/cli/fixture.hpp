#pragma once

#include "mh_process.hpp"
#include "support/temp_dir.hpp"

#include <magic_hour/testing/fake_server.hpp>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace mh_test
{

using magic_hour::testing::fake_options;
using magic_hour::testing::fake_server;
using magic_hour::testing::job_plan;
using namespace std::chrono_literals;

/// A fake of the API and a user whose environment points at it.
struct user
{
    user() : user(fake_options{}) {}
    explicit user(fake_options options) : fake(std::move(options))
    {
        environment["MAGIC_HOUR_API_KEY"] = fake.api_key();
        environment["MAGIC_HOUR_API_BASE_URL"] = fake.base_url();
        environment["MAGIC_HOUR_CA_FILE"] = home.write("ca.pem", fake.ca_pem()).string();
        environment["MAGIC_HOUR_POLL_INTERVAL"] = "0.1";
    }

    [[nodiscard]] run_options with(std::vector<std::string> arguments) const
    {
        run_options out;
        out.arguments = std::move(arguments);
        out.environment = environment;
        out.directory = home.path();
        return out;
    }

    [[nodiscard]] outcome mh(std::vector<std::string> arguments) const
    {
        return run(with(std::move(arguments)));
    }

    /// How many requests arrived whose method and path fit.
    [[nodiscard]] std::size_t requests(std::string_view method, std::string_view path)
    {
        return fake.ledger().requests(method, path).size();
    }
    [[nodiscard]] std::size_t requests() { return fake.ledger().requests().size(); }

    support::temp_dir home{};
    fake_server fake;
    std::map<std::string, std::string> environment{};
};

[[nodiscard]] inline bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

/// The words of an edit that works.
[[nodiscard]] inline std::vector<std::string> image_job(std::string verb, std::vector<std::string> more = {})
{
    std::vector<std::string> out{"ai-image-generator",  std::move(verb), "--set",
                                 "style.prompt=a lake", "--set",         "image_count=1"};
    out.insert(out.end(), more.begin(), more.end());
    return out;
}

} // namespace mh_test
