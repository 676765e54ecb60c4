/** What is a function: the part with its parameters. */
const FUNCTION = `[
  (function_expression parameters: (_) @parameters)
  (arrow_function parameters: (_) @parameters)
  (arrow_function parameter: (_) @parameters)
]`;

const DECLARED = `(function_declaration name: (identifier) @name parameters: (_) @parameters)`;
const ASSIGNED = `(lexical_declaration
  (variable_declarator name: (identifier) @name value: ${FUNCTION}))`;

/**
 * Patterns over a module's top level. Captures: `@statement` where the function stands, `@name`,
 * `@parameters`; by the pattern's place in the list it is known how it is exported.
 */
export const FUNCTION_PATTERNS = [
  { kind: "local", pattern: `(program ${DECLARED} @statement)` },
  { kind: "local", pattern: `(program ${ASSIGNED} @statement)` },
  { kind: "default", pattern: `(program (export_statement "default" ${DECLARED}) @statement)` },
  { kind: "default", pattern: `(program (export_statement "default" ${FUNCTION}) @statement)` },
  {
    kind: "default",
    pattern: `(program (export_statement "default" (function_declaration !name
      parameters: (_) @parameters)) @statement)`,
  },
  { kind: "named", pattern: `(program (export_statement . ${DECLARED}) @statement)` },
  { kind: "named", pattern: `(program (export_statement . ${ASSIGNED}) @statement)` },
  {
    kind: "reference",
    pattern: `(program (export_statement !source
      (export_clause (export_specifier name: (_) @local alias: (_)? @name))))`,
  },
  {
    kind: "reference",
    pattern: `(program (export_statement "default" @default value: (identifier) @local))`,
  },
  {
    kind: "commonjs",
    pattern: `(program (expression_statement (assignment_expression
      left: (member_expression object: (_) @object property: (property_identifier) @name)
      right: ${FUNCTION})) @statement)`,
  },
] as const;
