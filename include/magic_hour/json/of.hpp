#pragma once

namespace magic_hour::json
{

/// Names a type without an object of it. The customisation points `rules(json::of<T>)` and
/// `names(json::of<E>)` take it, so that they are found beside the type.
template <class T>
struct of
{
};

} // namespace magic_hour::json
