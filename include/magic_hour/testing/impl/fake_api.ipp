#pragma once

#include <magic_hour/jobs/media_types.hpp>
#include <magic_hour/testing/detail/fake_state.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace magic_hour::testing::detail
{

MAGIC_HOUR_DECL std::string_view text_member(boost::json::object const& from, std::string_view name)
{
    auto const* value = from.if_contains(name);
    auto const* text = value ? value->if_string() : nullptr;
    return text ? std::string_view{*text} : std::string_view{};
}

MAGIC_HOUR_DECL bool is_json(std::string_view content_type)
{
    return same_text(content_type.substr(0, content_type.find(';')), "application/json");
}

MAGIC_HOUR_DECL answer fake_state::route(request_record& request, std::string const& body)
{
    auto const& head = request.head;
    auto const key = head.header("Authorization");
    if (head.count("Authorization") != 1 || !key.starts_with("Bearer ") ||
        !(options.any_key || keys.contains(key.substr(7))))
        return refusal(401, "The API key is missing, wrong or revoked");
    if (head.method == "POST")
        for (auto const& each : create_routes())
            if (each.path == head.path())
                return create(each, request, body);
    if (head.method == "GET" && head.path() == "/v1/account")
        return account();
    if (head.method == "GET" && head.path() == "/v1/saved-items")
        return saved_items(head.query());
    if (auto const where = find_details(head.path()))
        return details(*where, head.method);
    return refusal(404, "There is no such endpoint");
}

MAGIC_HOUR_DECL answer
fake_state::create(create_route const& where, request_record& request, std::string const& body)
{
    if (!is_json(request.head.header("Content-Type")))
        return refusal(400, "The Content-Type must be application/json");
    auto const checked = where.check(body);
    if (!checked.problem.empty())
        return refusal(400, checked.problem);
    if (auto no = check_assets(checked))
        return *std::move(no);
    auto const fields = boost::json::parse(body).as_object();
    if (!where.makes)
        return upload_urls(fields);
    return start_job(where, request, body, fields);
}

/// An asset must be something that the API could fetch.
MAGIC_HOUR_DECL std::optional<answer> fake_state::check_assets(checked_body const& body) const
{
    constexpr std::array<std::string_view, 7> forms{"http://", "https://", "api-assets/", "saved-items/",
                                                    "image/",  "video/",   "audio/"};
    for (auto const& [path, text] : body.assets)
    {
        if (std::none_of(forms.begin(), forms.end(), [&](auto form) { return text.starts_with(form); }))
            return refusal(400, path + ": neither a URL nor a stored path");
        if (files.is_missing(text))
            return refusal(422, path + ": nothing was uploaded there");
    }
    return std::nullopt;
}

MAGIC_HOUR_DECL answer fake_state::start_job(
    create_route const& where, request_record& request, std::string const& body,
    boost::json::object const& fields)
{
    auto job = std::make_unique<fake_job>();
    job->kind = *where.makes;
    job->resource = where.resource;
    job->request = body;
    job->plan = usual_plan;
    if (!plans.empty())
    {
        job->plan = std::move(plans.front());
        plans.pop_front();
    }
    if (auto const* count = fields.if_contains("image_count"); count && count->is_int64())
        job->image_count = static_cast<std::size_t>(std::max<std::int64_t>(1, count->as_int64()));
    job->credits = price_of(*job);
    if (job->credits > credits)
        settle_all();
    if (job->credits > credits)
        return refusal(402, "There are not enough credits for this");
    credits -= job->credits;
    job->id = new_id(job->kind);
    job->created = clock().now();
    job->created_at = clock().wall_clock();
    job->name = text_member(fields, "name");
    if (job->name.empty())
        job->name = job->resource + " - " + iso_time(job->created_at);
    request.job_id = job->id;
    boost::json::object made;
    made["id"] = job->id;
    made["credits_charged"] = job->credits;
    jobs_by_id[job->id] = job.get();
    jobs.push_back(std::move(job));
    return json_answer(made);
}

MAGIC_HOUR_DECL std::optional<media> media_named(std::string_view name)
{
    for (auto const each : {media::image, media::video, media::audio})
        if (to_string(each) == name)
            return each;
    return std::nullopt;
}

/// Whether a file with this extension can be uploaded as `type`; animated pictures go as videos.
MAGIC_HOUR_DECL bool may_upload(std::string_view type, std::string_view extension)
{
    auto const what = media_named(type);
    if (!what)
        return false;
    std::array<media, 2> const kinds{*what, *what == media::video ? media::gif : *what};
    return jobs::kind_for_field(extension, kinds).has_value();
}

MAGIC_HOUR_DECL answer fake_state::upload_urls(boost::json::object const& fields)
{
    boost::json::array items;
    for (auto const& value : fields.at("items").as_array())
    {
        auto const& item = value.as_object();
        auto const extension = text_member(item, "extension");
        if (!may_upload(text_member(item, "type"), extension))
            return refusal(422, "items: the extension does not fit the type");
        auto const path = "api-assets/" + random_text("abcdefghijklmnopqrstuvwxyz0123456789", 16) + "/" +
                          std::string{text_member(item, "type")} + "." + std::string{extension};
        files.expect(path);
        auto const link = files.sign("PUT", path, clock().wall_clock(), options.upload_lifetime);
        items.push_back(boost::json::object{
            {"upload_url", link.url}, {"expires_at", link.expires_at}, {"file_path", path}});
    }
    boost::json::object made;
    made["items"] = std::move(items);
    return json_answer(made);
}

MAGIC_HOUR_DECL answer fake_state::details(details_route const& where, std::string_view method)
{
    auto* const job = find_job(where.id);
    if (!job || job->kind != where.kind || (job->deleted && method == "DELETE"))
        return refusal(404, "There is no such project");
    if (method == "GET")
    {
        auto made = json_answer(details_of(*job, settle(*job)));
        ++job->polls;
        return made;
    }
    if (method != "DELETE" || !where.deletable)
        return refusal(404, "There is no such endpoint");
    delete_outputs(*job);
    answer gone{};
    gone.status = 204;
    return gone;
}

MAGIC_HOUR_DECL answer fake_state::account()
{
    settle_all();
    boost::json::object price;
    price["amount"] = 4900;
    price["currency"] = "usd";
    boost::json::object subscription;
    subscription["name"] = "Pro";
    subscription["status"] = "active";
    subscription["price"] = std::move(price);
    subscription["discount"] = nullptr;
    subscription["billing_interval"] = "month";
    subscription["current_period_end"] = iso_time(clock().wall_clock() + std::chrono::hours{24 * 14});
    subscription["cancel_at_period_end"] = false;
    boost::json::object made;
    made["id"] = "cfakeaccount0000000000000";
    made["email"] = "user@example.com";
    made["tier"] = options.tier;
    made["credits"] = credits;
    made["subscription"] = std::move(subscription);
    return json_answer(made);
}

MAGIC_HOUR_DECL boost::json::object fake_state::saved_item(std::size_t index)
{
    constexpr std::array<std::string_view, 5> types{
        "character", "reference", "voice", "moodboard", "brand_kit"};
    auto const type = types[index % types.size()];
    bool const is_voice = type == "voice";
    auto const id = "citem" + std::to_string(index);
    auto const path = "saved-items/fake/" + id + (is_voice ? "/voice.wav" : "/image.png");
    files.put(
        path, text_content(is_voice ? wav_sound(100) : png_image(8, 8, static_cast<unsigned>(index))),
        is_voice ? "audio/wav" : "image/png", clock().wall_clock());
    auto const link = files.sign("GET", path, clock().wall_clock(), std::chrono::hours{24});
    boost::json::object asset;
    asset["file_path"] = path;
    asset["media_kind"] = is_voice ? "AUDIO" : "IMAGE";
    asset["is_primary"] = true;
    asset["url"] = link.url;
    asset["url_expires_at"] = link.expires_at;
    boost::json::object made;
    made["id"] = id;
    made["type"] = type;
    made["name"] = "Saved " + std::string{type} + " " + std::to_string(index);
    made["assets"] = boost::json::array{std::move(asset)};
    return made;
}

MAGIC_HOUR_DECL answer fake_state::saved_items(std::string_view query)
{
    auto const type = query_value(query, "type");
    auto const limit_text = query_value(query, "limit");
    auto const cursor = query_value(query, "cursor");
    auto const limit = limit_text.empty() ? 20 : parse_number(limit_text).value_or(0);
    std::uint64_t next = 0;
    if (!cursor.empty())
        next = cursor.starts_with("after-") ? parse_number(cursor.substr(6)).value_or(~0ULL) : ~0ULL;
    if (limit < 1 || limit > 100 || next == ~0ULL)
        return refusal(400, limit < 1 || limit > 100 ? "limit: from 1 to 100" : "cursor: not one of ours");
    boost::json::array items;
    for (; next < options.saved_items && items.size() < limit; ++next)
    {
        auto item = saved_item(static_cast<std::size_t>(next));
        if (type.empty() || text_member(item, "type") == type)
            items.push_back(std::move(item));
    }
    boost::json::object made;
    made["items"] = std::move(items);
    made["next_cursor"] = nullptr;
    if (next < options.saved_items)
        made["next_cursor"] = "after-" + std::to_string(next);
    return json_answer(made);
}

} // namespace magic_hour::testing::detail
