#include "declared_part.hpp"

namespace cli
{

std::vector<declared> declared_part_0()
{
    return declare_part<0>();
}

} // namespace cli
