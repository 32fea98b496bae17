export type Word = string | number | Buffer;
export type Command = readonly [name: string, ...words: Word[]];

/** Lua that runs the commands which begin at ARGV[`first`], as `wordsOf` lays them out. */
export function luaRunFrom(first: number): string {
  return `
local i = ${first}
while i <= #ARGV do
  local n = tonumber(ARGV[i])
  local words = {}
  for j = 1, n do words[j] = ARGV[i + j] end
  redis.call(unpack(words))
  i = i + n + 1
end
return 'OK'
`;
}

/** Per command its number of words and the words. */
export function wordsOf(commands: readonly Command[]): Word[] {
  const words: Word[] = [];
  for (const command of commands) words.push(command.length, ...command);
  return words;
}
