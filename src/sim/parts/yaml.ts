/** The complete reader of YAML. */
import { readYaml } from '../api/yaml-reader.ts';
import { yamlReaderSeam } from '../api/yaml.ts';

yamlReaderSeam.fill(readYaml);
