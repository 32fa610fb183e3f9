// webhook::parse_event on any bytes. Where Boost.JSON takes them for JSON, the two must read the same event;
// text that is damaged inside its strings is an event for us and nothing for Boost.JSON.

#include <magic_hour/webhook/event.hpp>
#include <magic_hour/webhook/hub.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace webhook = magic_hour::webhook;

namespace
{

void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// What a second parser finds where the envelope has its type and its id.
struct envelope
{
    bool is_json = false;
    std::string type{};
    std::string id{};
};

envelope second_opinion(std::string_view body)
{
    envelope out;
    boost::system::error_code ec;
    boost::json::parse_options options;
    options.max_depth = 30;
    auto const value = boost::json::parse({body.data(), body.size()}, ec, {}, options);
    out.is_json = !ec;
    if (ec || !value.is_object())
        return out;
    if (auto const* const type = value.as_object().if_contains("type"); type && type->is_string())
        out.type = std::string{type->get_string()};
    auto const* const payload = value.as_object().if_contains("payload");
    auto const* const id =
        payload && payload->is_object() ? payload->get_object().if_contains("id") : nullptr;
    if (id && id->is_string())
        out.id = std::string{id->get_string()};
    return out;
}

void check_event(webhook::event const& e, std::string const& body)
{
    auto const other = second_opinion(body);
    require(!other.is_json || (other.type == e.type() && other.id == e.id()));
    require(e.body() == body);
    require(e.key().ends_with(':' + std::string{e.type()}));
    require(e.kind().has_value() == e.stage().has_value());
    if (e.kind())
        require(!e.id().empty());
    bool visited = false;
    visit(
        e, webhook::on_completed([&](auto const& p) { visited = p.id == e.id(); }),
        webhook::on_errored([&](auto const& p) { visited = p.id == e.id(); }),
        webhook::on_started([&](auto const& p) { visited = p.id == e.id(); }),
        webhook::on_unknown([&](auto const& u) { visited = u.body == body; }));
    require(visited);
    auto const again = webhook::parse_event(body);
    require(again.has_value() && again->key() == e.key());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string const body{reinterpret_cast<char const*>(data), size};
    auto const parsed = webhook::parse_event(body);
    auto const summary = webhook::detail::summarize(body);
    if (!parsed)
    {
        require(parsed.error() == magic_hour::errc::decode);
        auto const other = second_opinion(body);
        require(!other.is_json || other.type.empty() || other.id.empty());
        return 0;
    }
    require(summary && summary->type == parsed->type() && summary->id == parsed->id());
    check_event(*parsed, body);
    return 0;
}
