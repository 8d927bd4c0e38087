/** Every part, there from the start: for the terminal, the build and the tests. A page loads them one by one. */
import './agnhost.ts';
import './cel.ts';
import './kubectl-change.ts';
import './kubectl-delete.ts';
import './kubectl-describe.ts';
import './kubectl-get.ts';
import './kubectl-logs.ts';
import './kubectl-nodes.ts';
import './kubectl-output.ts';
import './kubectl-wait.ts';
import './nginx.ts';
import './servers.ts';
import './shell.ts';
import './tools-files.ts';
import './tools-network.ts';
import './tools-text.ts';
import './yaml.ts';
