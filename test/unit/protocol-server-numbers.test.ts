import { expect, it } from "vitest";
import { serverNumbers } from "../../simulator/protocol/server-numbers.ts";

// As HAProxy 2.6.12 shows them in `show servers state`.
it.each([
  [
    [undefined, 2, 9, undefined, undefined, 5, undefined],
    [1, 2, 9, 4, 6, 5, 8],
  ],
  [
    [undefined, undefined],
    [1, 2],
  ],
  [[], []],
])("numbers servers as HAProxy does: %j", (ids, numbers) => {
  expect(serverNumbers(ids)).toEqual(numbers);
});
