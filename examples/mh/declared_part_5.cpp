#include "declared_part.hpp"

namespace cli
{

std::vector<declared> declared_part_5()
{
    return declare_part<5>();
}

} // namespace cli
