/** What the toolkit's text area has besides what every element has. */
export interface TextBox extends HTMLElement {
  value: string;
}
