#pragma once

namespace magic_hour
{

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
/// A request that its caller has given a name. g++ 12 destroys a braced or temporary aggregate twice inside a
/// `co_await` expression; this parameter type makes that form a compile error. Write
/// `request r{...}; co_await create(r);`.
template <class Request>
class named_request
{
public:
    named_request(Request const& request) noexcept : request_(&request) {}
    named_request(Request const&&) = delete;
    operator Request const&() const noexcept { return *request_; }

private:
    Request const* request_;
};

template <class Request>
using arg = named_request<Request>;
#else
template <class Request>
using arg = Request const&;
#endif

} // namespace magic_hour
