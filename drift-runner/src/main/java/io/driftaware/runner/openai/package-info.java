/** A small client of the OpenAI HTTP API and of servers that speak it: start at {@link OpenAiClient}. */
@NullMarked
package io.driftaware.runner.openai;

import org.jspecify.annotations.NullMarked;
