#include "declared_part.hpp"

namespace cli
{

std::vector<declared> declared_part_1()
{
    return declare_part<1>();
}

} // namespace cli
