/** First words of blocks that no other configuration has. */
const BLOCK = /^[ \t]*(?:upstream[ \t]+[^\s{};]+|http|events|server|location[ \t][^\n{};]*)\s*\{/m;
/** Only so much of a text is looked at. */
const LOOK_CHARACTERS = 65_536;

/** Whether a file is nginx's: by its name, or by its folder or suffix and its text. */
export function recognises(path: string, text: string): boolean {
  const [name = "", folder = ""] = path.split(/[\\/]/).toReversed();
  if (/^nginx(\.[\w-]+)*\.conf(\.\w+)?$/i.test(name) || /\.nginx(\.conf)?$/i.test(name))
    return true;
  const likely =
    /\.(conf|vhost|tmpl|template)$/i.test(name) ||
    !name.includes(".") ||
    /^(conf\.d|sites-(available|enabled)|nginx)$/i.test(folder);
  return likely && BLOCK.test(text.slice(0, LOOK_CHARACTERS));
}
