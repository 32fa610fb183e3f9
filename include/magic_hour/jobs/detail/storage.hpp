#pragma once

#include <magic_hour/error.hpp>
#include <magic_hour/http/engine.hpp>

#include <boost/asio/awaitable.hpp>

#include <string>
#include <string_view>

namespace magic_hour::jobs::detail
{

namespace asio = boost::asio;

/// The text between `<name>` and `</name>`; empty when there is none.
[[nodiscard]] MAGIC_HOUR_DECL std::string_view
xml_text(std::string_view document, std::string_view name) noexcept;

/// What a storage's status means. 403 and 410 are for the caller: a fresh URL may help.
[[nodiscard]] MAGIC_HOUR_DECL errc code_for_storage_status(int status) noexcept;

/// `why` with what the body of a storage's refusal says: the code and message of its XML, or an excerpt.
/// `body` must be free of secrets.
[[nodiscard]] MAGIC_HOUR_DECL error with_storage_answer(error const& why, std::string_view body);

/// The start of an answer's body, for an error; what cannot be had is left out.
[[nodiscard]] MAGIC_HOUR_DECL asio::awaitable<std::string> read_excerpt(http::exchange& answer);

} // namespace magic_hour::jobs::detail

#ifndef MAGIC_HOUR_SEPARATE_COMPILATION
#include <magic_hour/jobs/impl/storage.ipp>
#endif
