/** The tools of images that use the network. */
import { networkToolsSeam } from '../runtime/program-seams.ts';
import { httpd, nc, nslookup, wget } from '../runtime/programs/network-commands.ts';
import { programsOf } from '../runtime/programs/utility.ts';

networkToolsSeam.fill({ ...programsOf({ nc, nslookup, wget }), httpd });
