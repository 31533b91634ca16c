-- How many pairs there are among `count` lineages; for models that say: local pairs_of = include "lib/pairs.lua"
return function(count) return count * (count - 1) / 2 end
