/**
 * `MOMENT` in each script is the number of microseconds since 2025 according to the store's clock. A double stores this number with a
 * precision of 1/16.
 */
const MOMENT = `
local time = redis.call('TIME')
local now = (tonumber(time[1]) - 1735689600) * 1000000 + tonumber(time[2])`;

/**
 * For each key, with its step, capacity (both in microseconds) and number of calls, counts as many calls as fit, and returns the number of
 * counted calls and the resulting fill level. A key expires when its count is empty.
 */
export const TAKE = `${MOMENT}
local answer = {}
for i = 1, #KEYS do
  local step, capacity, calls = tonumber(ARGV[i * 3 - 2]), tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3])
  local empty_at = tonumber(redis.call('GET', KEYS[i]) or '0')
  if empty_at < now then empty_at = now end
  local granted = math.max(0, math.min(calls, math.floor((capacity - (empty_at - now)) / step + 0.000001)))
  if granted > 0 then
    empty_at = empty_at + granted * step
    redis.call('SET', KEYS[i], string.format('%.4f', empty_at), 'PX', math.ceil((empty_at - now) / 1000) + 1)
  end
  answer[i * 2 - 1] = granted
  answer[i * 2] = string.format('%.4f', empty_at - now)
end
return answer`;

/** For each key, subtracts counted microseconds. */
export const GIVE_BACK = `
for i = 1, #KEYS do
  local empty_at = redis.call('GET', KEYS[i])
  if empty_at then
    redis.call('SET', KEYS[i], string.format('%.4f', tonumber(empty_at) - tonumber(ARGV[i])), 'KEEPTTL')
  end
end
return 0`;

/** Acquires a slot for a lease (id, limit, milliseconds) in a set sorted by end time. */
export const ACQUIRE = `${MOMENT}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[3]) * 1000, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;
