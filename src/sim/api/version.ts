/** The release of Kubernetes whose behaviour, objects, messages and numbers are simulated. */
export const KUBERNETES_VERSION = 'v1.36.2';

/** The same without the leading v, as it stands in URLs of the documentation and in user agents. */
export const KUBERNETES_VERSION_NUMBER = KUBERNETES_VERSION.slice(1);
