// expect: a described struct must stay an aggregate
#include <magic_hour/json/json.hpp>

struct style
{
    style() = default;
    explicit style(int n) : steps{n} {}
    int steps{};
    BOOST_DESCRIBE_CLASS(style, (), (steps), (), ())
};

std::string constructed(style const& s)
{
    return magic_hour::json::encode(s);
}
