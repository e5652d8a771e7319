/// What a story shows of the world: what really runs, and what statuses say.
#pragma once

#include "tests/stories/story_world.hpp"
#include "tests/stories/transcript.hpp"

namespace drey::stories {

/// `look WHAT`, `look KIND=NAME`
void look(story_world& world, const command& asked);

}  // namespace drey::stories
