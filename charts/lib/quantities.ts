import { k8s } from 'cdk8s-plus-27';

/** Kubernetes quantities with the unit in the function's name. */
export const millis = (amount: number): string => `${amount}m`;
export const mebibytes = (amount: number): string => `${amount}Mi`;
export const gibibytes = (amount: number): string => `${amount}Gi`;

export const quantity = (text: string): k8s.Quantity => k8s.Quantity.fromString(text);

export const quantities = (texts: Readonly<Record<string, string>>): Record<string, k8s.Quantity> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, quantity(text)]));
