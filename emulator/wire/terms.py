"""Words that all of the wire has in common: namespaces, the media type of XML, a version later than any."""

AZURE = "http://schemas.microsoft.com/windowsazure"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SERIALIZATION = "http://schemas.microsoft.com/2003/10/Serialization/"
ARRAYS = f"{SERIALIZATION}Arrays"
LATEST = "9999-99-99"
XML = "application/xml; charset=utf-8"
