import { element } from "../element.ts";

export interface OptionGroup<V extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: V; readonly label: string }[];
}

/** A dropdown whose options stand in groups: the browser's own, which the toolkit does not have. */
export interface GroupedSelect<V extends string> {
  readonly element: HTMLElement;
  /** Shows a choice made elsewhere; what the user chose stays until another is told. */
  update(chosen: V): void;
  /** What the user chose could not be: shows again what was told last. */
  revert(): void;
}

export function groupedSelect<V extends string>(
  label: string,
  groups: readonly OptionGroup<V>[],
  chose: (value: V) => void,
): GroupedSelect<V> {
  const values = groups.flatMap((group) => group.options.map(({ value }) => value));
  const built = element(
    "select",
    { class: "grouped-select", "aria-label": label },
    ...groups.map((group) =>
      element(
        "optgroup",
        { label: group.label },
        ...group.options.map((option) => element("option", { value: option.value }, option.label)),
      ),
    ),
  );
  let told: V | undefined;
  built.addEventListener("change", () => {
    const value = values.find((one) => one === built.value);
    if (value !== undefined) chose(value);
  });
  return {
    element: element("span", { class: "grouped-select-box" }, built),
    update(chosen) {
      if (chosen === told) return;
      told = chosen;
      built.value = chosen;
    },
    revert() {
      built.value = told ?? "";
    },
  };
}
