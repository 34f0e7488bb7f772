"""The refusals of application gateways: part of the catalogue of `errors`, whose rules hold here.

Of all that may be wrong with one, only that it is not there was recorded. The rest is refused in words of our own, or
in those of the neighbours: of virtual network gateways and of what stands before subnets.
"""

from __future__ import annotations

from emulator.domain.refusals import ASSUMED, Refusal, bad

APPLICATION_GATEWAY_LIMIT = bad("There are at most {limit} {what}.")
APPLICATION_GATEWAY_NUMBER = bad("The specified {name} '{value}' is not between {least} and {most}.")
APPLICATION_GATEWAY_CONFIGURATION = bad("The configuration of the application gateway is invalid: {why}")
APPLICATION_GATEWAY_NOT_CONFIGURED = bad(
    "The application gateway {name} cannot be started: its configuration has none of the {what}."
)
APPLICATION_GATEWAY_CERTIFICATE_NOT_FOUND = Refusal(
    "ResourceNotFound", 404, "The certificate {certificate} does not exist in the application gateway {name}.", ASSUMED
)
APPLICATION_GATEWAY_CERTIFICATE_IN_USE = bad("The certificate {certificate} is in use by the listener {listener}.")
