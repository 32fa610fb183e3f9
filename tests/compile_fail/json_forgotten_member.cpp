// expect: a member of the struct is missing in its description
#include <magic_hour/json/json.hpp>

struct style
{
    std::string prompt{};
    std::optional<double> strength{};
    std::string tone{};
    BOOST_DESCRIBE_CLASS(style, (), (prompt, tone), (), ())
};

std::string forgotten(style const& s)
{
    return magic_hour::json::encode(s);
}
