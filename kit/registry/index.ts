export { type Publication, publishSchemas, type SchemaText } from './publish.ts';
