/** The manifests, as kustomize makes them. */
@NullMarked
package io.driftaware.deploy.kubernetes;

import org.jspecify.annotations.NullMarked;
