import { InvalidInputError } from '../errors.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, toJson } from '../json.ts';
import { readRange } from './ip-range.ts';
import { type IpListProvider, PROVIDER_NAMES } from './ip-rule.ts';

/** What a provider publishes: the ranges that its requests come from, each once. */
export interface PublishedList {
  ranges: readonly string[];
  changeNumber: number | null;
}

/** Microsoft's file for its public cloud has some 4 MB. */
const MOST_CHARACTERS = 16 * 1024 * 1024;
const MOST_RANGES = 10_000;
const ENTRA_TAG = 'AzureActiveDirectory';
const MOST_CHANGE_NUMBER = 2_147_483_647;

/**
 * Reads the file that a provider publishes, as it is or cut down to the part that is used. Throws InvalidInputError, which names the
 * place in the file, with the path `file`.
 */
export function readPublishedList(provider: IpListProvider, file: string): PublishedList {
  if (file.length > MOST_CHARACTERS) throw fault(provider, 'it is larger than 16 MB');
  const content = contentOf(provider, file);
  const { places, changeNumber } = provider === 'entra' ? serviceTag(content) : cells(content);
  if (places.length === 0) throw fault(provider, 'it has no range of addresses');
  if (places.length > MOST_RANGES) {
    throw fault(provider, `it has ${places.length} ranges, and a list may have ${MOST_RANGES}`);
  }
  return { ranges: [...new Set(places.map((place) => rangeAt(provider, place)))], changeNumber };
}

interface Place {
  path: string;
  value: JsonValue;
}

interface Part {
  places: readonly Place[];
  changeNumber: number | null;
}

function contentOf(provider: IpListProvider, file: string): JsonObject {
  let content: JsonValue;
  try {
    // A byte order mark stands before what some tools save.
    content = toJson(JSON.parse(file.replace(/^\uFEFF/u, '')));
  } catch {
    throw fault(provider, 'it is not JSON');
  }
  if (isJsonObject(content)) return content;
  throw fault(provider, 'it is not a JSON object');
}

/** Of Microsoft's service tags (`ServiceTags_Public_20261123.json`): the element of `values` whose name is that of Entra ID. */
function serviceTag({ values, changeNumber }: JsonObject): Part {
  const tags = isJsonArray(values) ? values : [];
  const index = tags.findIndex((tag) => isJsonObject(tag) && tag['name'] === ENTRA_TAG);
  const tag = tags[index];
  const properties = isJsonObject(tag) ? tag['properties'] : undefined;
  const prefixes = isJsonObject(properties) ? properties['addressPrefixes'] : undefined;
  if (!isJsonArray(prefixes)) {
    throw fault(
      'entra',
      `it has no element of "values" named "${ENTRA_TAG}" with "properties.addressPrefixes"`,
    );
  }
  return {
    places: placesIn(prefixes, `values[${index}].properties.addressPrefixes`),
    changeNumber: isChangeNumber(changeNumber) ? changeNumber : null,
  };
}

/** Of Okta's `ip_ranges.json`: the `ip_ranges` of all cells. */
function cells(content: JsonObject): Part {
  const places = Object.entries(content).flatMap(([name, cell]) => {
    const ranges = isJsonObject(cell) ? cell['ip_ranges'] : undefined;
    if (!isJsonArray(ranges))
      throw fault('okta', `${JSON.stringify(name.slice(0, 100))} has no list "ip_ranges"`);
    return placesIn(ranges, `${name.slice(0, 100)}.ip_ranges`);
  });
  return { places, changeNumber: null };
}

function placesIn(values: readonly JsonValue[], path: string): Place[] {
  return values.map((value, index) => ({ path: `${path}[${index}]`, value }));
}

function rangeAt(provider: IpListProvider, { path, value }: Place): string {
  if (typeof value !== 'string') throw fault(provider, `${path} is not a text`);
  try {
    return readRange(value).cidr;
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw fault(provider, `${path}: ${error.message.replace(/\.$/u, '')}`);
  }
}

function isChangeNumber(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_CHANGE_NUMBER;
}

const SOURCES: Record<IpListProvider, string> = {
  entra: 'Download "Azure IP Ranges and Service Tags" from Microsoft',
  okta: 'Download ip_ranges.json from Okta',
};

function fault(provider: IpListProvider, what: string): InvalidInputError {
  return new InvalidInputError(
    `This is not the list of ranges that ${PROVIDER_NAMES[provider]} publishes: ${what}. ${SOURCES[provider]}.`,
    'file',
  );
}
