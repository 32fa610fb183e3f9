#pragma once

#include <magic_hour/jobs/detail/storage.hpp>

namespace magic_hour::jobs::detail
{

inline constexpr std::size_t longest_excerpt = 4096;

MAGIC_HOUR_DECL std::string_view xml_text(std::string_view document, std::string_view name) noexcept
{
    for (auto at = document.find('<'); at != std::string_view::npos; at = document.find('<', at + 1))
    {
        auto const tag = document.substr(at + 1);
        if (!tag.starts_with(name) || tag.substr(name.size(), 1) != ">")
            continue;
        auto const text = tag.substr(name.size() + 1);
        return text.substr(0, text.find('<'));
    }
    return {};
}

MAGIC_HOUR_DECL errc code_for_storage_status(int status) noexcept
{
    if (status == 404)
        return errc::not_found;
    if (status == 429)
        return errc::rate_limited;
    if (status >= 500 && status < 600)
        return errc::server;
    return errc::unexpected_status;
}

MAGIC_HOUR_DECL error with_storage_answer(error const& why, std::string_view body)
{
    auto const code = xml_text(body, "Code");
    auto const message = xml_text(body, "Message");
    return why.with(
        [&](error_info& info)
        {
            info.api_code = magic_hour::detail::printable(code, 64);
            info.api_message = magic_hour::detail::printable(message, longest_excerpt);
            if (code.empty() && message.empty())
                info.body_excerpt = magic_hour::detail::printable(body, longest_excerpt);
            if (!code.empty())
                info.message += " (" + info.api_code + ")";
        });
}

MAGIC_HOUR_DECL asio::awaitable<std::string> read_excerpt(http::exchange& answer)
{
    std::string text(longest_excerpt, '\0');
    std::size_t filled = 0;
    while (filled < text.size())
    {
        auto const space = asio::buffer(text.data() + filled, text.size() - filled);
        auto const got = co_await answer.read(space);
        if (!got || *got == 0)
            break;
        filled += *got;
    }
    text.resize(filled);
    co_return text;
}

} // namespace magic_hour::jobs::detail
