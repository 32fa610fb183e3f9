#pragma once

#include <magic_hour/http/detail/ascii.hpp>
#include <magic_hour/http/detail/redact.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace magic_hour::http::detail
{

inline constexpr std::string_view redaction = "***";
inline constexpr std::size_t secret_window = 8;
inline constexpr std::size_t long_token = 40;
inline constexpr std::size_t token_after_colon = 16;

[[nodiscard]] constexpr bool ends_value(char c) noexcept
{
    return is_control(c) || std::string_view{" \"'<>,;)]}`\\"}.find(c) != std::string_view::npos;
}

/// Also takes what stands inside percent- or base64-encoded secrets.
[[nodiscard]] constexpr bool is_secret_char(char c) noexcept
{
    return is_alnum(c) || std::string_view{"-_.~+/=%:"}.find(c) != std::string_view::npos;
}

[[nodiscard]] constexpr bool is_name_char(char c) noexcept
{
    return is_alnum(c) || c == '_' || c == '-';
}

template <class Predicate>
[[nodiscard]] constexpr std::size_t run_length(std::string_view text, Predicate in_run)
{
    std::size_t n = 0;
    while (n < text.size() && in_run(text[n]))
        ++n;
    return n;
}

[[nodiscard]] MAGIC_HOUR_DECL bool starts_with_word(std::string_view text, std::string_view word) noexcept
{
    return iequals(text.substr(0, word.size()), word);
}

/// Parameters whose values are secret when a word of their name is one of these.
[[nodiscard]] MAGIC_HOUR_DECL bool names_a_secret(std::string_view name)
{
    constexpr std::array<std::string_view, 14> words{
        "key", "token",     "secret", "signature",     "sig",        "password", "passwd",
        "pwd", "accesskey", "auth",   "authorization", "credential", "policy",   "cookie"};
    std::string const low = lower(name);
    return std::any_of(
        words.begin(), words.end(),
        [&](std::string_view word)
        {
            return word.size() > 3 ? low.find(word) != std::string::npos
                                   : low == word || low.ends_with(word) || low.starts_with(word);
        });
}

/// Copies a text and leaves out what may be secret. Each `try_...` looks at what stands at the front and
/// takes it, or takes nothing.
class redactor
{
public:
    explicit redactor(std::string_view text) : rest_(text) { out_.reserve(text.size()); }

    [[nodiscard]] std::string run() &&
    {
        while (!rest_.empty())
            if (!try_all())
                keep(1);
        return std::move(out_);
    }

private:
    [[nodiscard]] bool try_all()
    {
        char const before = out_.empty() ? ' ' : out_.back();
        bool const at_word = !is_name_char(before);
        bool const at_token = at_word && before != '+' && before != '=';
        if (try_query() || try_known_key(at_word))
            return true;
        if (at_word && (try_url() || try_credentials() || try_parameter()))
            return true;
        return at_token && try_long_token();
    }

    void keep(std::size_t n)
    {
        out_ += rest_.substr(0, n);
        rest_.remove_prefix(n);
    }

    void drop(std::size_t n)
    {
        if (n == 0)
            return;
        out_ += redaction;
        rest_.remove_prefix(n);
    }

    /// "scheme://user:password@": the query is `try_query`'s.
    [[nodiscard]] bool try_url()
    {
        constexpr std::size_t longest_scheme = 16;
        std::size_t const scheme = run_length(
            rest_.substr(0, longest_scheme),
            [](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.'; });
        if (scheme == 0 || !rest_.substr(scheme).starts_with("://"))
            return false;
        keep(scheme + 3);
        std::string_view const authority =
            rest_.substr(0, run_length(rest_, [](char c) { return !ends_value(c) && c != '/' && c != '?'; }));
        if (std::size_t const at = authority.rfind('@'); at != std::string_view::npos)
            drop(at);
        if (rest_.data() >= url_ends_) // else inside of another URL's path
            url_ends_ = rest_.data() + run_length(rest_, [](char c) { return !ends_value(c); });
        return true;
    }

    /// What follows the question mark of a URL, and "?name=value" wherever it stands.
    [[nodiscard]] bool try_query()
    {
        if (rest_[0] != '?' || rest_.data() < no_query_before_)
            return false;
        std::size_t const size = query_size(rest_.substr(1));
        bool const in_url = rest_.data() < url_ends_;
        if (!in_url && rest_.substr(1, size).find('=') == std::string_view::npos)
        {
            no_query_before_ = rest_.data() + 1 + size;
            return false;
        }
        keep(1);
        drop(size);
        return true;
    }

    /// Escaped ampersands do not end a query: "&amp;", "\u0026".
    [[nodiscard]] static std::size_t query_size(std::string_view text)
    {
        std::size_t size = 0;
        while (size < text.size())
        {
            if (starts_with_word(text.substr(size), "&amp;"))
                size += 5;
            else if (starts_with_word(text.substr(size), "\\u0026"))
                size += 6;
            else if (ends_value(text[size]) && text[size] != ',' && text[size] != ';' && text[size] != ')')
                break;
            else
                ++size;
        }
        return size;
    }

    /// "Bearer abc", "Basic abc=".
    [[nodiscard]] bool try_credentials()
    {
        for (std::string_view scheme : {"Bearer", "Basic"})
        {
            if (!starts_with_word(rest_, scheme))
                continue;
            std::size_t const blanks =
                run_length(rest_.substr(scheme.size()), [](char c) { return c == ' '; });
            std::size_t const begin = scheme.size() + blanks;
            std::size_t const size = run_length(rest_.substr(begin), is_secret_char);
            // "bearer token missing" is a sentence.
            if (blanks == 0 || size < secret_window)
                continue;
            keep(begin);
            drop(size);
            return true;
        }
        return false;
    }

    /// Keys that show what they are by how they begin.
    [[nodiscard]] bool try_known_key(bool at_word)
    {
        for (std::string_view prefix : {"mhk_", "mhk-", "whsec_", "sk_live_", "sk_test_", "sk-"})
        {
            bool const anywhere = prefix.size() > 3;
            if (!(at_word || anywhere) || !starts_with_word(rest_, prefix))
                continue;
            std::size_t const size = run_length(rest_.substr(prefix.size()), is_secret_char);
            if (size < 4)
                continue;
            keep(prefix.size());
            drop(size);
            return true;
        }
        return false;
    }

    /// "signature=abc", "X-Api-Key: abc", "\"token\": \"abc\"".
    [[nodiscard]] bool try_parameter()
    {
        std::size_t const name = run_length(rest_, is_name_char);
        if (name == 0 || !names_a_secret(rest_.substr(0, name)))
            return false;
        std::size_t const quote =
            run_length(rest_.substr(name), [](char c) { return c == '"' || c == '\''; });
        std::size_t const blanks = run_length(rest_.substr(name + quote), [](char c) { return c == ' '; });
        std::size_t const separator_at = name + quote + blanks;
        std::string_view const after = rest_.substr(separator_at);
        if (after.empty() || (after[0] != '=' && after[0] != ':' && after[0] != '>'))
            return false;
        std::size_t const gap =
            1 + run_length(after.substr(1), [](char c) { return c == ' ' || c == '"' || c == '\''; });
        std::size_t const size = run_length(after.substr(gap), is_secret_char);
        // After a colon there may be a sentence: "invalid token: expired".
        if (size == 0 || (after[0] != '=' && size < token_after_colon))
            return false;
        keep(separator_at + gap);
        drop(size);
        return true;
    }

    /// Nobody writes words of forty letters and digits; signatures and keys look like that. A path has
    /// slashes and dots in between.
    [[nodiscard]] bool try_long_token()
    {
        std::size_t const size =
            run_length(rest_, [](char c) { return is_name_char(c) || c == '+' || c == '='; });
        std::string_view const token = rest_.substr(0, size);
        if (size < long_token || std::none_of(token.begin(), token.end(), is_digit))
            return false;
        drop(size);
        return true;
    }

    std::string_view rest_;
    std::string out_{};
    char const* url_ends_ = rest_.data();
    char const* no_query_before_ = rest_.data(); ///< keeps the search for '=' linear
};

MAGIC_HOUR_DECL std::string redact(std::string_view text)
{
    return redactor{text}.run();
}

/// Eight bytes as a number, letters folded, so that pieces of secrets can be looked up.
[[nodiscard]] MAGIC_HOUR_DECL std::uint64_t window_at(std::string_view text, std::size_t at) noexcept
{
    std::uint64_t window = 0;
    for (std::size_t i = 0; i < secret_window; ++i)
        window = window << 8U | static_cast<unsigned char>(to_lower(text[at + i]));
    return window;
}

[[nodiscard]] MAGIC_HOUR_DECL std::vector<std::uint64_t> windows_of(std::span<std::string_view const> secrets)
{
    std::vector<std::uint64_t> out;
    for (std::string_view secret : secrets)
        for (std::size_t at = 0; at + secret_window <= secret.size(); ++at)
            out.push_back(window_at(secret, at));
    std::sort(out.begin(), out.end());
    return out;
}

/// Which bytes of `text` are covered by a piece of a secret.
[[nodiscard]] MAGIC_HOUR_DECL std::vector<bool>
secret_bytes(std::string_view text, std::span<std::string_view const> secrets)
{
    std::vector<bool> covered(text.size(), false);
    auto const cover = [&](std::size_t at, std::size_t size)
    {
        for (std::size_t i = at; i < at + size; ++i)
            covered[i] = true;
    };
    auto const windows = windows_of(secrets);
    for (std::size_t at = 0; !windows.empty() && at + secret_window <= text.size(); ++at)
        if (std::binary_search(windows.begin(), windows.end(), window_at(text, at)))
            cover(at, secret_window);
    for (std::string_view secret : secrets)
        for (std::size_t at = 0; !secret.empty() && secret.size() < secret_window && at < text.size(); ++at)
            if (starts_with_word(text.substr(at), secret))
                cover(at, secret.size());
    return covered;
}

MAGIC_HOUR_DECL std::string redact(std::string_view text, std::span<std::string_view const> secrets)
{
    auto const covered = secret_bytes(text, secrets);
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
    {
        if (!covered[i])
            out += text[i];
        else if (i == 0 || !covered[i - 1])
            out += redaction;
    }
    return redact(out);
}

} // namespace magic_hour::http::detail
