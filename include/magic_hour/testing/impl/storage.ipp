#pragma once

#include <magic_hour/testing/detail/storage.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <cstdio>
#include <ctime>

namespace magic_hour::testing::detail
{

MAGIC_HOUR_DECL std::string iso_time(wall_time when)
{
    auto const since = std::chrono::floor<std::chrono::milliseconds>(when).time_since_epoch();
    auto const seconds = static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(since).count());
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 40> date{};
    std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(since.count() % 1000));
    return std::string{date.data()} + fraction.data();
}

MAGIC_HOUR_DECL answer xml_error(int status, std::string_view code, std::string_view message)
{
    answer no{};
    no.status = status;
    no.set("Content-Type", "application/xml");
    no.body.append(R"(<?xml version="1.0" encoding="UTF-8"?>)").append("\n<Error><Code>");
    no.body.append(code).append("</Code><Message>").append(message).append("</Message></Error>");
    return no;
}

MAGIC_HOUR_DECL std::int64_t unix_milliseconds(wall_time when)
{
    return std::chrono::floor<std::chrono::milliseconds>(when).time_since_epoch().count();
}

/// The value of `name` in a query, as it is.
MAGIC_HOUR_DECL std::string_view query_value(std::string_view query, std::string_view name)
{
    while (!query.empty())
    {
        auto const pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
            return pair.substr(name.size() + 1);
    }
    return {};
}

MAGIC_HOUR_DECL storage::storage() : secret_(32, '\0')
{
    RAND_bytes(reinterpret_cast<unsigned char*>(secret_.data()), static_cast<int>(secret_.size()));
}

MAGIC_HOUR_DECL void
storage::put(std::string const& path, content_ptr content, std::string type, wall_time now)
{
    object added{};
    auto const size = content->size();
    // The digest of a large file is not worth its time: the first MiB and the size tell versions apart.
    std::string start(static_cast<std::size_t>(std::min<std::uint64_t>(size, 1 << 20)), '\0');
    content->read(0, start);
    added.etag = "\"" + sha256(start + std::to_string(size)).substr(0, 32) + "\"";
    added.content = std::move(content);
    added.content_type = std::move(type);
    added.modified = now;
    objects_[path] = std::move(added);
}

MAGIC_HOUR_DECL void storage::remove(std::string const& path)
{
    objects_.erase(path);
}

MAGIC_HOUR_DECL bool storage::is_missing(std::string const& path) const
{
    auto const found = expected_.find(path);
    return found != expected_.end() && found->second.puts == 0;
}

MAGIC_HOUR_DECL std::string storage::signature(std::string_view method, std::string_view target) const
{
    auto const text = std::string{method} + "\n" + std::string{target};
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    HMAC(
        EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
        reinterpret_cast<unsigned char const*>(text.data()), text.size(), digest.data(), &size);
    return to_hex(std::span{digest}.first(size));
}

MAGIC_HOUR_DECL storage::signed_url storage::sign(
    std::string_view method, std::string const& path, wall_time now, std::chrono::seconds lifetime) const
{
    auto const expires = now + lifetime;
    // Escapes and a plus sign that a client must leave alone: the signature covers them as they are.
    auto const target = "/" + path + "?X-Fake-Credential=fake%2Fstorage+east&X-Fake-Expires=" +
                        std::to_string(unix_milliseconds(expires)) +
                        "&X-Fake-Generation=" + std::to_string(generation_);
    signed_url made{};
    made.url = base_url + target + "&X-Fake-Signature=" + signature(method, target);
    made.expires_at = iso_time(expires);
    return made;
}

MAGIC_HOUR_DECL std::optional<answer> storage::check_signature(request_head const& head, wall_time now) const
{
    auto const query = head.query();
    auto const end = head.target.rfind("&X-Fake-Signature=");
    if (end == std::string::npos)
        return xml_error(403, "AccessDenied", "Access Denied");
    auto const method = head.method == "HEAD" ? "GET" : head.method;
    if (query_value(query, "X-Fake-Signature") !=
        signature(method, std::string_view{head.target}.substr(0, end)))
        return xml_error(
            403, "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.");
    auto const expires = parse_number(query_value(query, "X-Fake-Expires")).value_or(0);
    auto const generation = parse_number(query_value(query, "X-Fake-Generation")).value_or(0);
    if (generation < generation_ || static_cast<std::int64_t>(expires) <= unix_milliseconds(now))
        return xml_error(403, "AccessDenied", "Request has expired");
    return std::nullopt;
}

MAGIC_HOUR_DECL answer storage::respond(request_record const& request, std::string const& body, wall_time now)
{
    auto const& head = request.head;
    if (head.count("Authorization") > 0)
        return xml_error(
            400, "InvalidArgument",
            "Only one auth mechanism allowed; only the query string or the Authorization header");
    if (auto no = check_signature(head, now))
        return *std::move(no);
    if (head.method == "PUT")
        return receive(request, body, now);
    if (head.method == "GET" || head.method == "HEAD")
        return hand_out(head);
    return xml_error(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
}

MAGIC_HOUR_DECL answer storage::receive(request_record const& request, std::string const& body, wall_time now)
{
    auto const& head = request.head;
    if (head.chunked)
        return xml_error(
            501, "NotImplemented", "A header you provided implies functionality not implemented");
    if (!head.content_length)
        return xml_error(411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
    std::string const path{head.path().substr(1)};
    auto const found = expected_.find(path);
    if (found == expected_.end())
        return xml_error(403, "AccessDenied", "Access Denied");
    auto& file = found->second;
    file.path = path;
    file.size = request.body_size;
    file.sha256 = request.body_sha256;
    file.content = body.size() == request.body_size ? text_content(body) : nullptr;
    ++file.puts;
    if (file.content)
        put(path, file.content, "application/octet-stream", now);
    answer yes{};
    yes.set("ETag", "\"" + file.sha256.substr(0, 32) + "\"");
    return yes;
}

/// What a Range header asks for, within `size` bytes; nothing when it is to be ignored.
struct byte_range
{
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    bool satisfiable = true;
};

MAGIC_HOUR_DECL std::optional<byte_range> parse_range(std::string_view value, std::uint64_t size)
{
    if (!value.starts_with("bytes=") || value.find(',') != std::string_view::npos)
        return std::nullopt;
    value.remove_prefix(6);
    auto const dash = value.find('-');
    if (dash == std::string_view::npos)
        return std::nullopt;
    auto const first = parse_number(value.substr(0, dash));
    auto const last = parse_number(value.substr(dash + 1));
    byte_range range{};
    if (first)
        range = {
            *first, std::min(last.value_or(size), size - std::min<std::uint64_t>(1, size)), *first < size};
    else if (last && dash == 0)
        range = {
            size - std::min(size, *last), size - std::min<std::uint64_t>(1, size), *last > 0 && size > 0};
    else
        return std::nullopt;
    if (last && first && *last < *first)
        return std::nullopt;
    return range;
}

MAGIC_HOUR_DECL answer storage::hand_out(request_head const& head) const
{
    auto const found = objects_.find(std::string{head.path().substr(1)});
    if (found == objects_.end())
        return xml_error(403, "AccessDenied", "Access Denied");
    auto const& what = found->second;
    auto const size = what.content->size();
    answer made{};
    made.set("Content-Type", what.content_type).set("ETag", what.etag).set("Accept-Ranges", "bytes");
    made.stream = what.content;
    made.length = size;
    auto const condition = head.header("If-Range");
    auto const range =
        condition.empty() || condition == what.etag ? parse_range(head.header("Range"), size) : std::nullopt;
    if (!range)
        return made;
    if (!range->satisfiable)
    {
        auto no = xml_error(416, "InvalidRange", "The requested range is not satisfiable");
        no.set("Content-Range", "bytes */" + std::to_string(size));
        return no;
    }
    made.status = 206;
    made.offset = range->first;
    made.length = range->last - range->first + 1;
    made.set(
        "Content-Range", "bytes " + std::to_string(range->first) + "-" + std::to_string(range->last) + "/" +
                             std::to_string(size));
    return made;
}

} // namespace magic_hour::testing::detail
