#pragma once

#include <magic_hour/json/described.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Declarations in every shape that endpoints use.
namespace sample
{

namespace json = magic_hour::json;

enum class status
{
    queued,
    rendering,
    complete,
    error
};
BOOST_DESCRIBE_ENUM(status, queued, rendering, complete, error)

struct download
{
    std::string url{};
    std::string expires_at{};
    BOOST_DESCRIBE_CLASS(download, (), (url, expires_at), (), ())

    friend constexpr auto rules(json::of<download>)
    {
        return json::rules(json::on(&download::url, json::required));
    }
};

struct failure
{
    std::string message{};
    std::string code{};
    BOOST_DESCRIBE_CLASS(failure, (), (message, code), (), ())
};

/// What all projects have.
struct project
{
    std::string id{};
    json::open_enum<sample::status> status{};
    std::optional<std::string> name{};
    BOOST_DESCRIBE_CLASS(project, (), (id, status, name), (), ())

    friend constexpr auto rules(json::of<project>)
    {
        return json::rules(json::on(&project::id, json::required));
    }
};

struct video_project : project
{
    std::optional<std::int64_t> credits_charged{};
    std::optional<double> fps{};
    std::optional<std::uint32_t> width{};
    bool enabled = true;
    std::vector<download> downloads{};
    std::optional<failure> error{};
    std::vector<std::string> tags{};
    BOOST_DESCRIBE_CLASS(
        video_project, (project), (credits_charged, fps, width, enabled, downloads, error, tags), (), ())
};

struct editor
{
    enum class model
    {
        default_,
        flash,
        wide
    };
    friend constexpr auto names(json::of<model>)
    {
        return json::list<model>(
            {{model::default_, "default"},
             {model::flash, "z-image-turbo", json::deprecated_value},
             {model::wide, "16:9"}});
    }

    struct point_type
    {
        std::int32_t x{};
        std::optional<double> confidence{};
        BOOST_DESCRIBE_CLASS(point_type, (), (x, confidence), (), ())

        friend constexpr auto rules(json::of<point_type>)
        {
            return json::rules(
                json::on(&point_type::x, json::required, json::range{-100, 100}, json::multiple_of{5}),
                json::on(&point_type::confidence, json::range{0, 1}, json::multiple_of{0.05}));
        }
    };

    struct style_type
    {
        std::string prompt{};
        std::optional<json::open_enum<editor::model>> model{};
        std::optional<bool> search_web{};
        std::vector<point_type> points{};
        BOOST_DESCRIBE_CLASS(style_type, (), (prompt, model, search_web, points), (), ())

        friend constexpr auto rules(json::of<style_type>)
        {
            return json::rules(
                json::on(&style_type::prompt, json::required, json::length{1, 20}),
                json::on(&style_type::model, json::deprecated{"use request.model"}, json::default_is{"16:9"}),
                json::on(&style_type::search_web, json::name{"searchWeb"}, json::default_is{"false"}),
                json::on(&style_type::points, json::count{2, 3}));
        }
    };

    struct request
    {
        style_type style{};
        std::optional<double> end_seconds{};
        std::optional<std::string> extension{};
        std::optional<int> image_count{};
        std::optional<std::int64_t> seed{};
        std::optional<std::string> default_{};
        std::optional<std::vector<std::string>> words{};
        BOOST_DESCRIBE_CLASS(
            request, (), (style, end_seconds, extension, image_count, seed, default_, words), (), ())

        friend constexpr auto rules(json::of<request>)
        {
            constexpr auto lower_case = [](std::string_view text)
            { return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == text.npos; };
            return json::rules(
                json::on(&request::style, json::required),
                json::on(&request::end_seconds, json::required, json::minimum{0.1}, json::maximum{60}),
                json::on(&request::extension, json::matches{lower_case, "lower case letters and digits"}),
                json::on(&request::image_count, json::one_of{1, 4, 9, 16}, json::default_is{"4"}),
                json::on(&request::words, json::count{1, 2}, json::length{1, 3}));
        }

        friend void check(request const& r, json::report& out)
        {
            if (r.seed && r.image_count != 1)
                out.fail("seed", "only with image_count 1");
        }
    };
};

} // namespace sample
