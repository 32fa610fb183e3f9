#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/json/report.hpp>
#include <magic_hour/model/operation.hpp>
#include <magic_hour/options.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace magic_hour
{
class session;
}

namespace cli
{

namespace asio = boost::asio;

struct job_settings;
struct job_outcome;

/// An answer of the API as this program passes it on.
struct answer
{
    std::string id{};   ///< of the job; empty for anything else
    std::string text{}; ///< JSON
};

/// A local file that a request names, and whether its field can take it.
struct local_file
{
    std::string field{};
    std::filesystem::path path{};
    std::optional<magic_hour::error> refused{}; ///< its kind does not fit the field
};

/// A request of any declaration.
class typed_request
{
public:
    virtual ~typed_request() = default;

    [[nodiscard]] virtual std::vector<magic_hour::json::violation> violations() const = 0;
    [[nodiscard]] virtual std::vector<local_file> local_files() const = 0;

    /// The three ways to send it. A coroutine must not outlive the request.
    [[nodiscard]] virtual asio::awaitable<magic_hour::result<answer>>
    create(magic_hour::session in, magic_hour::call_options options) const = 0;
    [[nodiscard]] virtual asio::awaitable<magic_hour::result<answer>>
    list(magic_hour::session in, magic_hour::call_options options) const = 0;
    [[nodiscard]] virtual asio::awaitable<magic_hour::result<job_outcome>>
    generate(magic_hour::session in, job_settings settings) const = 0;
};

/// A declaration of the API without its types: everything that commands are made of.
struct declared
{
    std::string_view resource{};               ///< "ai_image_editor", "files.upload_urls"
    std::optional<magic_hour::kind> project{}; ///< what `get`, `wait` and `download` are about

    magic_hour::operation const* create = nullptr;
    magic_hour::operation const* get = nullptr;
    magic_hour::operation const* remove = nullptr;
    magic_hour::operation const* list = nullptr;

    /// Makes a request of `create`, or a query of `list`, from JSON that fits its schema. Throws `failure`
    /// (usage).
    std::unique_ptr<typed_request> (*parse_request)(std::string const& json) = nullptr;
    std::unique_ptr<typed_request> (*parse_query)(std::string const& json) = nullptr;

    asio::awaitable<magic_hour::result<answer>> (*run_get)(
        magic_hour::session in, std::string id, magic_hour::call_options options) = nullptr;
    asio::awaitable<magic_hour::result<answer>> (*run_remove)(
        magic_hour::session in, std::string id, magic_hour::call_options options) = nullptr;
    asio::awaitable<magic_hour::result<answer>> (*run_list)(
        magic_hour::session in, magic_hour::call_options options) = nullptr;
    /// Waits for a job; with a directory in the settings its files are fetched too.
    asio::awaitable<magic_hour::result<job_outcome>> (*run_wait)(
        magic_hour::session in, std::string id, job_settings settings) = nullptr;

    [[nodiscard]] bool makes_job() const noexcept { return create && create->makes.has_value(); }
};

/// Every declaration of the library, in its order.
[[nodiscard]] std::vector<declared> const& all_declared();

/// The declarations as one JSON document: what `mh schema` prints.
[[nodiscard]] boost::json::object const& described_api();

/// The part of it that is about one operation, "ai_image_editor" and "create"; null when there is none.
[[nodiscard]] boost::json::object const*
described_operation(std::string_view resource, std::string_view verb);

/// A schema in it: "request", "query" or "response"; null when the operation has none.
[[nodiscard]] boost::json::object const*
described_schema(std::string_view resource, std::string_view verb, std::string_view part);

} // namespace cli
