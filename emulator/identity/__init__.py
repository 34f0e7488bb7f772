"""Who is calling: the certificates that an emulator issues, and what a certificate may do.

Knows certificates and subscription ids; knows neither HTTP nor what a subscription contains.
"""
