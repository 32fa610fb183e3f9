#include "declared_part.hpp"

namespace cli
{

std::vector<declared> declared_part_2()
{
    return declare_part<2>();
}

} // namespace cli
