/** A word that is misspelt, and what was meant. */
export interface Misspelling {
  readonly wrong: string;
  readonly meant: string;
}

/** Out of HAProxy's `unknown keyword 'sever' …; did you mean 'server' maybe ?`. */
export function misspellingIn(message: string): Misspelling | undefined {
  const [, wrong, meant] =
    /['"]([^'"\s]+)['"].*did you mean ['"]([^'"\s]+)['"]/s.exec(message) ?? [];
  return wrong === undefined || meant === undefined ? undefined : { wrong, meant };
}
