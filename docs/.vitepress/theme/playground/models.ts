// The models that the site ships (scripts/site/models.mjs writes them), and what a network's answer is called.

/** A shipped model. */
export interface ShippedModel {
  readonly file: string;
  readonly title: string;
  /** Images that the model knows, for samples and for the calibration of ONNX files. */
  readonly samples: string;
  readonly classes: readonly string[];
  /** Whether its images are digits, which a visitor can draw. */
  readonly isDigits: boolean;
}

/** The list that the site's models come with. */
export async function fetchModels(base: string): Promise<readonly ShippedModel[]> {
  const response = await fetch(`${base}models/index.json`);
  if (!response.ok) throw new Error(`the list of models could not be loaded (${response.status})`);
  return (await response.json()) as readonly ShippedModel[];
}

/** A file of the site as bytes. */
export async function fetchBytes(base: string, file: string): Promise<Uint8Array> {
  const response = await fetch(`${base}models/${file}`);
  if (!response.ok) throw new Error(`${file} could not be loaded (${response.status})`);
  return new Uint8Array(await response.arrayBuffer());
}
