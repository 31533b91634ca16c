-- What the language has, in one model: everything.cpp says the same in C++, and both are one object.
local n = param("n", 3, "juveniles and adults of each sex", { min = 1, max = 9 })
local share = param("share", 0.5, "of the first start", { max = 1 })
local mark = param("mark", true)
local name = param("name", "x", "decides the length")
check(n < 9, "too many")

local index = indexer {
  group("female", property("age", 1, 2), property("stage", 0, n)),
  group("male", property("age", 1, 2)),
  slots { "epoch", "clock" },
}
parameters { "birth", "death", "growth" }
derived("ancient", function(t) return t.birth * exp(-2 * t.growth) - t.death / 3 + (t.growth ^ 2) end)
derived("bounded", function(t)
  return min(max(t.birth, t.death, 0.25), sqrt(t.ancient), log(t.birth + 1)) * logistic(-t.growth)
end)
derived("switched", function(t)
  local part = select(t.birth, "<", t.death, select(t.growth, ">=", 1, 2, t.birth), -t.ancient)
  return select(part, "==", 0, 1, select(part, "<=", 1, 0.5, select(3, ">", 2, part, 7)))
end)
derived("plain", function(t) return 2.5 end)

initial {
  { share / 2, { [index.female { age = 1, stage = 0 }] = n, [index.epoch] = 1 } },
  { 0.25, { [index.male { age = 2 }] = n, [index.clock] = #name } },
}
reward("adults", function(state)
  local adults = 0
  for _, i in ipairs(index.female:all { age = 2 }) do adults = adults + state[i] end
  return adults + state[index.male { age = 2 }]
end)
reward("constant", function(state) return mark and 0.125 or 1 end)

transitions(function(state, emit)
  for i, count in state:occupied() do
    if i <= #index.female then
      local kind = index:props(i)
      if kind.stage < n and kind.age == 1 then
        emit(state:with(i, -1, index.female { age = 2, stage = kind.stage + 1 }, 1), { birth = count, ancient = 1 })
      else
        emit(state:with(i, -1), { death = count, switched = 0.5 }, 0.125)
      end
    elseif i <= #index.female + #index.male then
      emit(state:with(i, -1), { 0, count, 0 }, 1)
      emit(state:with(i, -1), { bounded = 1, plain = 2, birth = 0 })
    elseif i == index.epoch then
      emit(state:with(index.clock, 1, index.epoch, -1), { growth = count })
    else
      emit(state:with(i, -1), {}, 2)
      local child = {}
      for k = 1, #state do child[k] = state[k] end
      child[i] = 0
      emit(child, { 0, 0, 0.5 })
    end
  end
end)
