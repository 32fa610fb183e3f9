#pragma once

#include <magic_hour/error.hpp>

#include <array>
#include <cstdint>

namespace magic_hour
{

namespace detail
{

class error_category_type final : public boost::system::error_category
{
public:
    char const* name() const noexcept override { return "magic_hour"; }
    std::string message(int value) const override;
};

MAGIC_HOUR_DECL std::string_view describe(errc code) noexcept
{
    switch (code)
    {
    case errc::invalid_argument:
        return "invalid argument";
    case errc::validation:
        return "invalid request";
    case errc::file:
        return "file error";
    case errc::policy:
        return "refused by policy";
    case errc::closed:
        return "client closed";
    case errc::resolve:
        return "host not found";
    case errc::connect:
        return "cannot connect";
    case errc::tls:
        return "TLS error";
    case errc::timeout:
        return "timed out";
    case errc::connection:
        return "connection lost";
    case errc::protocol:
        return "protocol error";
    case errc::limit:
        return "answer too large";
    case errc::decode:
        return "unexpected answer";
    case errc::integrity:
        return "integrity error";
    case errc::invalid_request:
        return "request refused";
    case errc::authentication:
        return "authentication failed";
    case errc::payment_required:
        return "payment required";
    case errc::permission_denied:
        return "permission denied";
    case errc::not_found:
        return "not found";
    case errc::rate_limited:
        return "rate limited";
    case errc::server:
        return "server error";
    case errc::unexpected_status:
        return "unexpected status";
    case errc::outcome_unknown:
        return "outcome unknown";
    case errc::job_failed:
        return "job failed";
    case errc::job_canceled:
        return "job canceled";
    case errc::job_deleted:
        return "job deleted";
    case errc::gave_up:
        return "stopped waiting";
    case errc::expired:
        return "URL expired";
    case errc::canceled:
        return "canceled";
    case errc::out_of_memory:
        return "out of memory";
    case errc::internal_error:
        return "internal error";
    }
    return "no error";
}

MAGIC_HOUR_DECL std::string error_category_type::message(int value) const
{
    return std::string{describe(static_cast<errc>(value))};
}

/// Length of the well-formed UTF-8 character at the start of `text`, 0 when there is none.
MAGIC_HOUR_DECL std::size_t utf8_character(std::string_view text) noexcept
{
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto const continues = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0U) == 0x80U; };
    if (text.empty())
        return 0;
    unsigned char const first = byte(0);
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return continues(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF)
    {
        if (!continues(1) || !continues(2))
            return 0;
        bool const overlong = first == 0xE0 && byte(1) < 0xA0;
        bool const surrogate = first == 0xED && byte(1) >= 0xA0;
        return overlong || surrogate ? 0 : 3;
    }
    if (first >= 0xF0 && first <= 0xF4)
    {
        if (!continues(1) || !continues(2) || !continues(3))
            return 0;
        bool const overlong = first == 0xF0 && byte(1) < 0x90;
        bool const beyond = first == 0xF4 && byte(1) >= 0x90;
        return overlong || beyond ? 0 : 4;
    }
    return 0;
}

/// C1 controls, line and paragraph separators and direction overrides can change how a terminal or a log
/// shows the rest of a line.
MAGIC_HOUR_DECL bool misleads_display(std::string_view character) noexcept
{
    if (character.size() == 1)
        return static_cast<unsigned char>(character[0]) < 0x20 || character[0] == 0x7F;
    if (character.size() == 2)
        return character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
    if (character.size() != 3 || character[0] != '\xE2')
        return false;
    auto const second = static_cast<unsigned char>(character[1]);
    auto const third = static_cast<unsigned char>(character[2]);
    bool const separator_or_override = second == 0x80 && third >= 0xA8 && third <= 0xAE;
    bool const isolate = second == 0x81 && third >= 0xA6 && third <= 0xA9;
    return separator_or_override || isolate;
}

MAGIC_HOUR_DECL std::string printable(std::string_view text, std::size_t limit)
{
    constexpr std::string_view replacement = "?";
    std::string out;
    out.reserve(std::min(text.size(), limit));
    while (!text.empty())
    {
        std::size_t const length = utf8_character(text);
        bool const keep = length != 0 && !misleads_display(text.substr(0, length));
        std::string_view const shown = keep          ? text.substr(0, length)
                                       : length == 1 ? std::string_view{" "}
                                                     : replacement;
        if (out.size() + shown.size() > limit)
            break;
        out += shown;
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return out;
}

inline void
append(std::string& line, std::string_view before, std::string_view text, std::string_view after = {})
{
    if (text.empty())
        return;
    line += before;
    line += text;
    line += after;
}

/// The job stands first: whatever is cut, its id is not.
MAGIC_HOUR_DECL std::string describe(error_info const& info)
{
    std::string line{describe(info.code)};
    append(
        line, " [", info.project_kind.empty() ? std::string_view{} : std::string_view{info.project_kind},
        " project");
    if (!info.project_id.empty())
        append(line, info.project_kind.empty() ? " [project " : " ", info.project_id);
    if (!info.project_kind.empty() || !info.project_id.empty())
    {
        append(line, ", last status ", info.last_status);
        line += ']';
    }
    append(line, ": ", info.message);
    if (info.message.find(info.json_path) == std::string::npos)
        append(line, " (at ", info.json_path, ")");
    append(line, ": ", info.api_message);
    append(line, " [", info.api_code, "]");
    append(line, " [job error ", info.job_error_code, "]");
    append(line, "; the job's name is ", info.correlation_name);
    if (info.system.failed())
        append(line, " (", info.system.message(), ")");
    if (!info.method.empty())
    {
        line += " [" + info.method + ' ' + info.path;
        if (info.http_status != 0)
            line += ", HTTP " + std::to_string(info.http_status);
        if (info.attempts > 1)
            line += ", " + std::to_string(info.attempts) + " attempts";
        append(line, ", request ", info.request_id);
        line += ']';
    }
    return printable(line);
}

} // namespace detail

MAGIC_HOUR_DECL boost::system::error_category const& error_category() noexcept
{
    static detail::error_category_type const category;
    return category;
}

MAGIC_HOUR_DECL std::string_view to_string(phase p) noexcept
{
    constexpr std::array<std::string_view, 12> names{"none",    "resolve",  "connect",  "tls",
                                                     "request", "response", "body",     "upload",
                                                     "create",  "poll",     "download", "total"};
    return names.at(static_cast<std::size_t>(p));
}

MAGIC_HOUR_DECL error::error(error_info info)
    : info_{std::make_shared<error_info const>(std::move(info))},
      line_{std::make_shared<std::string const>(detail::describe(*info_))}
{
}

MAGIC_HOUR_DECL error::error(errc code, std::string message)
    : error{[&]
            {
                error_info info;
                info.code = code;
                info.message = std::move(message);
                return info;
            }()}
{
}

MAGIC_HOUR_DECL error_info const& error::info() const noexcept
{
    static error_info const none = []
    {
        error_info info;
        info.code = errc{};
        return info;
    }();
    return info_ ? *info_ : none;
}

MAGIC_HOUR_DECL char const* error::what() const noexcept
{
    return line_ ? line_->c_str() : "no error";
}

MAGIC_HOUR_DECL void throw_exception_from_error(error const& e, boost::source_location const&)
{
    throw e;
}

} // namespace magic_hour
