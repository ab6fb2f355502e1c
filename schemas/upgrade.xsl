<?xml version="1.0" encoding="UTF-8"?>
<!-- Debian's cluster libraries, which stay for sbd and others, know no grammar at all unless the folder has a step from
     each major version to the next. Ours are not sheets but part of cibadmin, and this says so. There is none from 3.10:
     that keeps those libraries from asking for language 4.0, which they do not speak. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/">
    <xsl:message terminate="yes">"cibadmin --upgrade" brings a configuration in this old language up to date.</xsl:message>
  </xsl:template>
</xsl:stylesheet>
