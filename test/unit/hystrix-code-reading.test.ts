import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_CODE, type HystrixCode } from "../../extension/hystrix-code/hystrix-code.ts";
import { HystrixReader } from "../../extension/hystrix-code/hystrix-reader.ts";

const root = join(import.meta.dirname, "../..");
const reader = new HystrixReader(join(root, "node_modules/@vscode/tree-sitter-wasm/wasm"));
const fixture = (name: string) => readFile(join(root, "test/fixtures/hystrix-code", name), "utf8");
const IMPORT = 'package p\n\nimport "github.com/afex/hystrix-go/hystrix"\n\n';

const read = (body: string) => reader.read(IMPORT + body);
const messages = ({ findings }: HystrixCode) =>
  findings.map(({ line, severity, message }) => `${String(line + 1)} ${severity}: ${message}`);
const settings = ({ configurations }: HystrixCode) =>
  Object.fromEntries(configurations.map((each) => [each.name, each.settings]));

async function shop(): Promise<HystrixCode> {
  const names = await fixture("shop/names.go");
  return reader.read(await fixture("shop/main.go"), () => reader.constantsOf(names));
}

describe("configurations in Go code", () => {
  it("are found with constants, arithmetic, an alias, a map in a variable, and the package's own names", async () => {
    const code = await shop();
    expect(settings(code)).toEqual({
      checkout: { timeout: 300, maxConcurrentRequests: 100, errorPercentThreshold: 25 },
      search: { timeout: 250, requestVolumeThreshold: 16 },
      inventory: { errorPercentThreshold: 25, sleepWindow: 1500 },
      payments: { timeout: 2000 },
    });
    const lines = code.configurations.map(({ name, line }) => [name, line + 1]);
    expect(lines).toEqual([
      ["checkout", 29],
      ["search", 21],
      ["inventory", 25],
      ["payments", 35],
    ]);
  });

  it("say what the code alone does not tell", async () => {
    const code = await shop();
    const message =
      'SleepWindow is not known from the code: `fromEnvironment("SLEEP_WINDOW")` is the result of a call.';
    expect(messages(code)).toEqual([`37 note: ${message}`]);
    expect(code.configurations.find(({ name }) => name === "payments")?.unknown).toEqual([message]);
    // Without the package's other files their constants are not known either.
    const alone = await reader.read(await fixture("shop/main.go"));
    expect(Object.keys(settings(alone))).toEqual(["checkout", "search", "inventory"]);
    expect(messages(alone)).toContain(
      "35 note: The command's name is not known from the code: `paymentsCommand` is not a constant of this package.",
    );
  });

  it("say what hystrix-go makes of settings that are out of range", async () => {
    const code = await reader.read(await fixture("ranges.go"));
    expect(messages(code)).toEqual([
      "6 note: Timeout is 0, for which hystrix-go takes 1000.",
      "8 warning: Timeout is -1: every call times out at once. Expected 0 or more.",
      "9 warning: MaxConcurrentRequests is -5: the program panics with the first call. Expected 0 or more.",
      "10 warning: RequestVolumeThreshold is -20: it is taken as an enormous number, and the circuit never opens. Expected 0 or more.",
      "11 warning: SleepWindow is -3000: every call is a single test while the circuit is open. Expected 0 or more.",
      "12 warning: ErrorPercentThreshold is -1: the circuit opens even without an error. Expected 0 or more.",
      "14 warning: ErrorPercentThreshold is 101: the circuit never opens. Expected per cent between 0 and 100.",
      "15 warning: SleepWindow is 1099511627776: more than Fuseboard takes. Expected at most 2073600000.",
      '16 note: "over" is configured on line 14 too. The one that runs last holds.',
    ]);
    expect(code.configurations[0]?.settings).toEqual({ errorPercentThreshold: 60 });
    // Without names: in the order of the struct.
    expect(code.configurations.at(-1)?.settings).toEqual({
      timeout: 1500,
      maxConcurrentRequests: 20,
      requestVolumeThreshold: 30,
      sleepWindow: 4000,
      errorPercentThreshold: 10,
    });
  });

  it("are found around syntax errors, which are named", async () => {
    const code = await reader.read(await fixture("broken.go"));
    expect(settings(code)).toMatchObject({ before: { timeout: 100 } });
    expect(messages(code)).toContainEqual(
      expect.stringMatching(/^(9|10) note: There is a syntax error here: /),
    );
  });

  it("are not known where a variable changes, or comes from a parameter", async () => {
    const code = await read(`
var timeout = 100
var name = "fixed"

func setUp(given string, c hystrix.CommandConfig) {
	timeout++
	cfg := hystrix.CommandConfig{SleepWindow: 10}
	cfg.SleepWindow = 20
	hystrix.ConfigureCommand(name, hystrix.CommandConfig{Timeout: timeout, SleepWindow: config.Sleep})
	hystrix.ConfigureCommand("b", cfg)
	hystrix.ConfigureCommand("c", c)
	hystrix.ConfigureCommand(given, hystrix.CommandConfig{})
	for _, each := range []string{"d"} {
		hystrix.ConfigureCommand(each, hystrix.CommandConfig{})
	}
	hystrix.Configure(load())
}
`);
    expect(settings(code)).toEqual({ fixed: {}, b: {}, c: {} });
    expect(messages(code)).toEqual([
      "13 note: Timeout is not known from the code: `timeout` is changed by the code.",
      "13 note: SleepWindow is not known from the code: `config.Sleep` is not a constant.",
      "14 note: The settings are not known from the code: `cfg` is changed by the code.",
      "15 note: The settings are not known from the code: `c` is a parameter.",
      "16 note: The command's name is not known from the code: `given` is a parameter.",
      "18 note: The command's name is not known from the code: `each` changes while the program runs.",
      "20 note: The commands that are configured are not known from the code: `load()` is not a literal of this file.",
    ]);
  });

  it("are worked out as Go does", async () => {
    const expressions: Record<string, number | undefined> = {
      "7 / 2 * 10": 30,
      "int(1.5 * 1000)": 1500,
      "0b11 + 0o17 + 017 + 1_0": 43,
      "1 << 10 >> 1": 512,
      "(7 - 2) % 3": 2,
      "hystrix.DefaultTimeout * 2": 2000,
      "int((1500 * time.Millisecond).Milliseconds())": 1500,
      "int(time.Minute.Seconds())": 60,
      "int(time.Duration(3) * time.Second / time.Millisecond)": 3000,
      "1 / 0": undefined,
      "rand.Intn(5)": undefined,
      "1 << 100": undefined,
    };
    for (const [expression, value] of Object.entries(expressions)) {
      const text = `package p
import ("time"; "math/rand"; "github.com/afex/hystrix-go/hystrix")
func init() { hystrix.ConfigureCommand("a", hystrix.CommandConfig{Timeout: ${expression}}) }`;
      expect((await reader.read(text)).configurations[0]?.settings.timeout, expression).toBe(value);
    }
  });

  it("have names with escapes, joined, and in backquotes", async () => {
    const code = await read(`const prefix = "shop."
func init() {
	hystrix.ConfigureCommand(prefix+"a\\u00e9\\U0001F600\\"", hystrix.CommandConfig{})
	hystrix.ConfigureCommand(\`b\\n\`, hystrix.CommandConfig{})
}`);
    expect(Object.keys(settings(code))).toEqual(['shop.a\u00e9\u{1F600}"', "b\\n"]);
  });

  it("are only those of hystrix-go", async () => {
    expect(await reader.read('package p\nfunc f() { hystrix.Do("a", nil, nil) }')).toEqual(NO_CODE);
    const other = 'package p\n// hystrix-go/hystrix\nimport "example.com/hystrix"\n';
    expect(await reader.read(`${other}func f() { hystrix.Do("a", nil, nil) }`)).toEqual(NO_CODE);
    const shadowed = 'func f(hystrix Client) { hystrix.Do("a", nil, nil) }';
    expect((await read(shadowed)).uses).toEqual([]);
    const copy = 'package p\nimport h "git.example.com/team/hystrix-go/hystrix"\n';
    expect((await reader.read(`${copy}func f() { h.Do("a", nil, nil) }`)).uses).toHaveLength(1);
    const dot = 'package p\nimport . "github.com/afex/hystrix-go/hystrix"\n';
    const both = await reader.read(
      `${dot}func f() { Do("a", nil, nil); ConfigureCommand("b", CommandConfig{Timeout: 5}) }`,
    );
    expect(both.uses.map(({ name }) => name)).toEqual(["a"]);
    expect(settings(both)).toEqual({ b: { timeout: 5 } });
  });

  it("are not read from a file that is too long, and it says so", async () => {
    const code = await read(`// ${"x".repeat(1024 * 1024)}\n`);
    expect(messages(code)).toEqual([
      "1 note: The file is larger than 1 MiB: its commands are not read.",
    ]);
  });

  it("are read without an exception whatever the text", async () => {
    const pieces = [
      "hystrix.",
      "Do(",
      "Configure(",
      "ConfigureCommand(",
      '"a"',
      ",",
      "{",
      "}",
      ")",
    ];
    const more = [
      "func f() {",
      "for {",
      "const a = a",
      "var x = ",
      "map[string]",
      ":=",
      "<-",
      "go ",
    ];
    const word = fc.constantFrom(...pieces, ...more, "hystrix.CommandConfig{", "Timeout:", "\n");
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 40 }), async (words) => {
        const { configurations, uses, findings } = await read(words.join(" "));
        const places = [...configurations, ...uses, ...findings];
        expect(places.every(({ line, endLine }) => line >= 0 && endLine >= line)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("do not follow names in circles, nor nesting without end", async () => {
    const code = await read(`const a = b
const b = a
func init() { hystrix.ConfigureCommand("x", hystrix.CommandConfig{Timeout: a, SleepWindow: ${"(".repeat(2000)}1${")".repeat(2000)}}) }`);
    expect(code.configurations[0]?.unknown).toEqual([
      "Timeout is not known from the code: it is nested too deeply.",
      "SleepWindow is not known from the code: it is nested too deeply.",
    ]);
  });
});

describe("the traffic of a use, from its code", () => {
  const patternOf = async (body: string) => {
    const text = `package p
import ("context"; "time"; "math/rand/v2"; "errors"; "github.com/afex/hystrix-go/hystrix")
${body}`;
    const [use] = (await reader.read(text)).uses;
    const { because, ...traffic } = use?.traffic ?? { because: [] };
    return { traffic, because };
  };

  it("is that of loops, sleeps and random errors", async () => {
    const [inventory, checkout, payments] = (await shop()).uses;
    expect(inventory?.traffic).toEqual({
      pattern: { kind: "loops", loops: 8, pauseMs: 50 },
      latencyMs: 200,
      errorRate: 0.3,
      because: [
        "the loop on line 60 pauses 50ms between calls",
        "8 such loops run at the same time",
        "it sleeps 200ms, line 50",
        "its returns fail 30% of the time",
      ],
    });
    expect(checkout?.traffic).toMatchObject({
      pattern: { kind: "rate", perSecond: 50 },
      latencyMs: 40,
    });
    expect(payments?.traffic).toMatchObject({ errorRate: 1 });
  });

  it("is there for the sample", async () => {
    const file = join(root, "extension/samples/shop/resilience/main.go");
    const code = await reader.read(await readFile(file, "utf8"));
    expect(code.findings).toEqual([]);
    expect(settings(code)).toEqual({
      payments: { timeout: 300, maxConcurrentRequests: 20, errorPercentThreshold: 25 },
    });
    expect(code.uses[0]?.traffic).toMatchObject({
      ...{ pattern: { kind: "loops", loops: 8, pauseMs: 100 }, latencyMs: 50, errorRate: 0.2 },
    });
  });

  it("is one call after the other in a loop that waits", async () => {
    const { traffic } = await patternOf(`func f() {
	for i := 0; i < 100; i++ {
		hystrix.Do("a", func() error { return nil }, nil)
		time.Sleep(time.Second / 20)
	}
}`);
    expect(traffic).toEqual({
      pattern: { kind: "loops", loops: 1, pauseMs: 50 },
      calls: 100,
      errorRate: 0,
    });
  });

  it("is a rate where the loop does not wait", async () => {
    const { traffic } = await patternOf(`func f() {
	for {
		hystrix.Go("a", func() error {
			if rand.IntN(10) == 0 { return errors.New("now and then") }
			time.Sleep(5 * time.Millisecond)
			return nil
		}, nil)
		time.Sleep(10 * time.Millisecond)
	}
}`);
    expect(traffic).toEqual({
      pattern: { kind: "rate", perSecond: 100 },
      latencyMs: 5,
      errorRate: 0.1,
    });
  });

  it("waits for a channel that is received from", async () => {
    const { traffic } = await patternOf(`func f() {
	for {
		failed := hystrix.Go("a", run, nil)
		select { case <-failed: case <-time.After(time.Second): }
	}
}`);
    expect(traffic.pattern?.kind).toBe("loops");
  });

  it("is many at once where a loop starts them with go", async () => {
    const { traffic, because } = await patternOf(`func call(n int) { hystrix.Do("a", nil, nil) }
func f() { for n := range 500 { go call(n) } }`);
    expect(traffic).toEqual({ pattern: { kind: "loops", loops: 500, pauseMs: 0 }, calls: 500 });
    expect(because).toEqual(["the loop on line 4 starts 500 at once"]);
  });

  it("is that of a ticker", async () => {
    const { traffic } = await patternOf(`func f() {
	ticker := time.NewTicker(40 * time.Millisecond)
	for range ticker.C { hystrix.Do("a", nil, nil) }
}`);
    expect(traffic.pattern).toEqual({ kind: "rate", perSecond: 25 });
  });

  it("is unknown in a handler, and where the sleep is drawn", async () => {
    const { traffic } = await patternOf(`func main() {
	for { http.HandleFunc("/", func() { hystrix.Do("a", func() error {
		time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
		return err
	}, nil) }) }
}`);
    expect(traffic).toEqual({});
  });

  it("does not follow functions that call each other in circles", async () => {
    const { traffic } = await patternOf(`func a() { b(); hystrix.Do("a", a, nil) }
func b() { a() }`);
    expect(traffic).toEqual({});
  });
});
