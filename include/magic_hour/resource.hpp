#pragma once

#include <magic_hour/jobs/generate.hpp>
#include <magic_hour/jobs/poller.hpp>
#include <magic_hour/resource_base.hpp>
#include <magic_hour/verbs/create.hpp>
#include <magic_hour/verbs/delete.hpp>
#include <magic_hour/verbs/get.hpp>
#include <magic_hour/verbs/list.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace magic_hour
{

template <class Declaration>
class resource;

namespace detail
{

template <class D>
concept declares_create = requires { D::create; };
template <class D>
concept declares_job = requires { requires D::create.makes.has_value(); };
template <class D>
concept declares_details = requires { D::kind_of; };
template <class D>
concept declares_get = requires { D::get; };
template <class D>
concept declares_delete = requires { D::delete_; };
template <class D>
concept declares_pages = requires { typename D::query; };
template <class D>
concept declares_fetch = requires { D::list; } && !declares_pages<D>;

/// `Verb` when the declaration has the operation, else an empty place-holder. Instantiated lazily.
template <bool Has, template <class, class> class Verb, class D, int Place>
using verb_if = typename std::conditional_t<
    Has, std::type_identity<Verb<resource<D>, std::conditional_t<Has, D, void>>>,
    std::type_identity<no_verb<resource<D>, Place>>>::type;

} // namespace detail

/// The operations of one declaration: `resource<ai_image_editor>` has `create` and `generate`,
/// `resource<image_projects>` has `get`, `delete_` and `poll`, and so on. A cheap handle; copies keep what
/// the client shares alive.
///
/// Thread safety: distinct and shared handles may be used from any thread.
template <class Declaration>
class resource
    : public detail::resource_base,
      public detail::verb_if<detail::declares_create<Declaration>, detail::can_create, Declaration, 0>,
      public detail::verb_if<detail::declares_get<Declaration>, detail::can_get, Declaration, 1>,
      public detail::verb_if<detail::declares_delete<Declaration>, detail::can_delete, Declaration, 2>,
      public detail::verb_if<detail::declares_pages<Declaration>, detail::can_list, Declaration, 3>,
      public detail::verb_if<detail::declares_fetch<Declaration>, detail::can_fetch, Declaration, 4>,
      public detail::verb_if<detail::declares_job<Declaration>, detail::can_generate, Declaration, 5>,
      public detail::verb_if<detail::declares_details<Declaration>, detail::can_poll, Declaration, 6>,
      public detail::verb_if<
          detail::declares_job<Declaration> || detail::declares_details<Declaration>, detail::can_attach,
          Declaration, 7>
{
public:
    using declaration = Declaration;

    explicit resource(session const& in) : resource_base(in.share()) {}
    explicit resource(detail::core& owned_elsewhere) noexcept : resource_base(owned_elsewhere) {}
};

} // namespace magic_hour
