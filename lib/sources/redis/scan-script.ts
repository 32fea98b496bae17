/**
 * One chunk of a search, read-only. KEYS[1]: the state's set. ARGV: prefix of the jobs' keys, the request (JSON), then the
 * position: score and member of the last job seen (sets), or ids of the last jobs seen, newest first (lists).
 *
 * Stops at `count` jobs, `maxHits` hits or after `budgetUs`, whichever is first; the clock is asked every 16 jobs and after
 * every 64 KB. A field over `limit` bytes is not read: whether it holds the text is unknown then, as a hit's third value says.
 * Reply: jobs in the state, jobs seen, 1 when these were the last, µs taken, score and id of the last, index after it (lists),
 * ids of the last seen (lists), hits as id, score, 1 = sure or 0 = look closer.
 *
 * Members of one score are ordered by their bytes; Lua's own comparison follows the server's locale.
 */
export const SCAN_SCRIPT = `
local setKey, prefix, R = KEYS[1], ARGV[1], cjson.decode(ARGV[2])
local call, pcall = redis.call, redis.pcall
local find, lower, sub, byte = string.find, string.lower, string.sub, string.byte
local started = call('TIME')
local function elapsed()
  local now = call('TIME')
  return (now[1] - started[1]) * 1000000 + (now[2] - started[2])
end

local function isBefore(a, b)
  local n = math.min(#a, #b)
  for i = 1, n do
    local x, y = byte(a, i), byte(b, i)
    if x ~= y then return x < y end
  end
  return #a < #b
end

local ids, total, from, isEnd = {}, 0, 0, false
if R.list then
  total = call('LLEN', setKey)
  local function range(first, last)
    if last > total - 1 then last = total - 1 end
    if first < 0 then first = 0 end
    if first > last then return {} end
    if R.newest then return call('LRANGE', setKey, first, last) end
    local part = call('LRANGE', setKey, -(last + 1), -(first + 1))
    for i = 1, math.floor(#part / 2) do part[i], part[#part + 1 - i] = part[#part + 1 - i], part[i] end
    return part
  end
  from = R.skip
  if #ARGV > 2 and range(from - 1, from - 1)[1] ~= ARGV[3] then
    local low = math.max(0, from - 1 - R.window)
    local at = {}
    for i, id in ipairs(range(low, from - 1 + R.window)) do at[id] = low + i - 1 end
    local found
    for i = 3, #ARGV do
      if at[ARGV[i]] then found = at[ARGV[i]] + 1 break end
    end
    if found then from = found elseif not R.newest then from = 0 end
  end
  ids = range(from, from + R.count - 1)
  isEnd = from + #ids >= total
else
  local bounded = R.min ~= '-inf' or R.max ~= '+inf'
  total = bounded and call('ZCOUNT', setKey, R.min, R.max) or call('ZCARD', setKey)
  local before = function(score)
    if R.newest then return call('ZCOUNT', setKey, '(' .. score, '+inf') end
    return call('ZCOUNT', setKey, '-inf', '(' .. score)
  end
  local rangeOf = R.newest and 'ZREVRANGE' or 'ZRANGE'
  if ARGV[3] then
    local score, member = ARGV[3], ARGV[4]
    local now = call('ZSCORE', setKey, member)
    if now and tonumber(now) == tonumber(score) then
      from = call(R.newest and 'ZREVRANK' or 'ZRANK', setKey, member) + 1
    else
      local low = before(score)
      local high = low + call('ZCOUNT', setKey, score, score)
      while low < high do
        local middle = math.floor((low + high) / 2)
        local other = call(rangeOf, setKey, middle, middle)[1]
        local isBeyond = R.newest and isBefore(other, member) or (not R.newest and isBefore(member, other))
        if isBeyond then high = middle else low = middle + 1 end
      end
      from = low
    end
  elseif R.newest and R.max ~= '+inf' then from = call('ZCOUNT', setKey, '(' .. R.max, '+inf')
  elseif not R.newest and R.min ~= '-inf' then from = call('ZCOUNT', setKey, '-inf', '(' .. R.min)
  end
  -- Scores are asked for where they are needed: putting each into words costs as much as reading a short field.
  local last = from + R.count - 1
  if bounded then
    local inside = R.newest and call('ZCOUNT', setKey, R.min, '+inf') or call('ZCOUNT', setKey, '-inf', R.max)
    if last > inside - 1 then last = inside - 1 end
  end
  if last >= from then ids = call(rangeOf, setKey, from, last) end
  isEnd = #ids < R.count
end
local function scoreOf(id)
  if R.list then return '' end
  return call('ZSCORE', setKey, id) or ''
end

local bytes, cache, numbers = 0, {}, nil
local function field(key, name)
  local known = cache[name]
  if known ~= nil then
    if known == 0 then return nil end
    return known
  end
  local value, length = false, pcall('HSTRLEN', key, name)
  if type(length) == 'number' and length > 0 then
    if length > R.limit then cache[name] = 0 return nil end
    value = call('HGET', key, name)
    bytes = bytes + length
  end
  cache[name] = value
  return value
end

-- Whether the whole needle stands around a place where its piece does, from at on.
local function stands(text, needle, variant, at)
  local whole, size, offset, fold = needle.text, #needle.text, needle.offset, needle.fold
  while at do
    local start = at - offset
    if start > 0 then
      local part = sub(text, start, start + size - 1)
      if fold then part = lower(part) end
      if part == whole then return true end
    end
    at = find(text, variant, at + 1, true)
  end
  return false
end

local function hasOne(text, needle)
  local piece, others = needle.piece, needle.others
  local at = find(text, piece, 1, true)
  if at and stands(text, needle, piece, at) then return true end
  for o = 1, #others do
    local other = others[o]
    if find(text, other.capital, 1, true) then
      for _, variant in ipairs(other.variants) do
        at = find(text, variant, 1, true)
        if at and stands(text, needle, variant, at) then return true end
      end
    end
  end
  return false
end

local function has(text, needles)
  for n = 1, #needles do
    if hasOne(text, needles[n]) then return true end
  end
  return false
end

local function numberOf(key, id, what)
  if not numbers then
    numbers = {}
    local read = pcall('HMGET', key, unpack(R.numbers))
    if not read.err then
      for i, name in ipairs(R.numbers) do numbers[name] = tonumber(read[i] or nil) end
    end
    if R.scoreIsFinish and not numbers.finishedOn then numbers.finishedOn = tonumber(scoreOf(id)) end
  end
  local begun, ended, made = numbers.processedOn, numbers.finishedOn, numbers.timestamp
  if what == 'attempts' then return numbers.atm or numbers.attemptsMade or 0 end
  if what == 'priority' then return numbers.priority or 0 end
  if what == 'age' then return made and R.now - made end
  if what == 'wait' then return made and math.max(0, (begun or R.now) - made) end
  if what == 'finished' then return R.scoreIsFinish and ended end
  if begun and ended and ended >= begun then return ended - begun end
  return begun and R.active and R.now - begun
end

local function compare(number, comparison, value)
  if not number then return false end
  if comparison == '>' then return number > value end
  if comparison == '>=' then return number >= value end
  if comparison == '<' then return number < value end
  if comparison == '<=' then return number <= value end
  return number == value
end

-- The commonest search, one text anywhere in some fields, without the tables that several conditions share.
local function onlyCondition(condition)
  local fields, needles = condition.fields, condition.needles
  local count, one = #fields, condition.fields[1]
  local found
  if condition.exact then found = true end
  local withId = condition.withId and has(table.concat(ids, '\\n'), needles)
  return function(key, id)
    if withId and has(id, needles) then return found end
    local total = 0
    for f = 1, count do
      local length = pcall('HSTRLEN', key, fields[f])
      if type(length) ~= 'number' then return false end
      if length > R.limit then return nil end
      total = total + length
    end
    if total == 0 then return false end
    bytes = bytes + total
    if count == 1 then
      if has(call('HGET', key, one), needles) then return found end
      return false
    end
    local texts = call('HMGET', key, unpack(fields))
    for f = 1, count do
      if texts[f] and has(texts[f], needles) then return found end
    end
    return false
  end
end

-- true, false, or nil: not known
local function holds(condition, key, id)
  local kind = condition.kind
  if kind == 'contains' then
    local found, unsure = condition.withId and has(id, condition.needles), false
    local fields = condition.fields
    for i = 1, #fields do
      if found then break end
      local text = field(key, fields[i])
      if text == nil then unsure = true elseif text then found = has(text, condition.needles) end
    end
    if found then
      if condition.exact then return true end
      return nil
    end
    if unsure then return nil end
    return false
  elseif kind == 'number' then
    return compare(numberOf(key, id, condition.what), condition.comparison, condition.value)
  elseif kind == 'equals' then
    local text = id
    if condition.field ~= cjson.null then text = field(key, condition.field) end
    if text == nil then return nil end
    for i = 1, #condition.values do
      if (text or '') == condition.values[i] then return true end
    end
    return false
  end
  return nil
end

local conditions, hits, seen = R.conditions, {}, 0
local hitCount = 0
local first = conditions[1]
local single = #conditions == 1 and first.kind == 'contains' and #first.fields > 0 and onlyCondition(first)
for i = 1, #ids do
  if bytes > 65536 or (i % 16 == 0 and bytes > 0) or i % 256 == 0 then
    bytes = 0
    if elapsed() > R.budgetUs then isEnd = false break end
  end
  local id = ids[i]
  seen = i
  if not (R.list and sub(id, 1, 2) == '0:') then
    local key, isHit, isSure = prefix .. id, true, 1
    if single then
      local result = single(key, id)
      if result == nil then isSure = 0 elseif result == first.negated then isHit = false end
    elseif #conditions > 0 then
      cache, numbers = {}, nil
    end
    for c = 1, single and 0 or #conditions do
      local condition = conditions[c]
      local result = holds(condition, key, id)
      if result == nil then isSure = 0
      elseif result == condition.negated then isHit = false break end
    end
    if isHit then
      hitCount = hitCount + 1
      hits[#hits + 1], hits[#hits + 2], hits[#hits + 3] = id, scoreOf(id), isSure
      if hitCount >= R.maxHits then
        if i < #ids then isEnd = false end
        break
      end
    end
  end
end

local last = {}
if R.list then
  for i = seen, math.max(1, seen - R.anchors + 1), -1 do last[#last + 1] = ids[i] end
end
return { total, seen, isEnd and 1 or 0, elapsed(), seen > 0 and scoreOf(ids[seen]) or '', ids[seen] or '', from + seen, last, hits }
`;
