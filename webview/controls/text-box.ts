/** What the toolkit's text field and text area have besides what every element has. */
export interface TextBox extends HTMLElement {
  value: string;
}
