#include "declared_part.hpp"

namespace cli
{

std::vector<declared> declared_part_4()
{
    return declare_part<4>();
}

} // namespace cli
